"""Wiring of reviews."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """好差评."""

    name = "xiangyun.engagement.reviews"
    label = "reviews"
    verbose_name = "好差评"
    pack_files = [("review_reasons.yaml", "xiangyun.engagement.reviews.packs.load_reasons")]
    audited = {
        "submit_review": "提交评价",
    }

    def ready(self) -> None:
        """Listen to cases."""
        from xiangyun.engagement.reviews import receivers  # noqa: F401
