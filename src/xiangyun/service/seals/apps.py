"""Wiring of seals."""

from django.apps import AppConfig


class SealsConfig(AppConfig):
    """电子印章."""

    name = "xiangyun.service.seals"
    label = "seals"
    verbose_name = "电子印章"
    pack_files = [("demo/seals.yaml", "xiangyun.service.seals.packs.load_seals")]
    audited = {
        "make_demo_authority": "生成演示签章证书",
        "make_seal": "制作印章",
        "freeze_seal": "冻结印章",
        "unfreeze_seal": "解冻印章",
        "revoke_seal": "注销印章",
    }
