"""Reasons from the pack, invitations, reviews, and monthly counts by department."""

from django.db import models

from xiangyun.kit.privacy.fields import EncryptedTextField


class Stage(models.TextChoices):
    """The stage of a case that is rated: 网上一事一评."""

    ACCEPTANCE = "acceptance", "受理"
    COMPLETION = "completion", "办结"


class Grade(models.IntegerChoices):
    """Five grades as stars; GB/T 39046 A.8 counts the other way round: map at the border."""

    VERY_BAD = 1, "非常不满意"
    BAD = 2, "不满意"
    FAIR = 3, "基本满意"
    GOOD = 4, "满意"
    VERY_GOOD = 5, "非常满意"


class Channel(models.TextChoices):
    """Where a review was given."""

    PC = "pc", "电脑端"
    MOBILE = "mobile", "移动端"
    QR = "qr", "二维码"
    HALL_TABLET = "hall_tablet", "大厅平板"
    HALL_TERMINAL = "hall_terminal", "大厅其他终端"
    SMS = "sms", "短信"
    DEFAULT = "default", "系统默认"
    PHONE = "phone", "电话"


class Reason(models.Model):
    """A reason code of one grade (评价指标)."""

    code = models.CharField("代码", max_length=3, unique=True)
    grade = models.PositiveSmallIntegerField("等级", choices=Grade.choices)
    text = models.CharField("内容", max_length=60)
    is_retired = models.BooleanField("停用", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "评价指标"

    def __str__(self) -> str:
        return self.text


class Invitation(models.Model):
    """The right to rate one stage of one case, until it is used or lapses."""

    class State(models.TextChoices):
        OPEN = "open", "待评价"
        USED = "used", "已评价"
        LAPSED = "lapsed", "逾期未评"

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+", verbose_name="办件")
    stage = models.CharField("环节", max_length=12, choices=Stage.choices)
    case_key = models.CharField("办件对外标识", max_length=40)
    item_name = models.CharField("事项", max_length=200)
    user = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="受邀人"
    )
    department = models.ForeignKey(
        "organisations.Department", models.PROTECT, related_name="+", verbose_name="办理机关"
    )
    state = models.CharField("状态", max_length=6, choices=State.choices, default=State.OPEN)
    invited_at = models.DateTimeField("邀请时间")
    expires_at = models.DateTimeField("截止时间")

    class Meta:
        verbose_name = verbose_name_plural = "评价邀请"
        constraints = [models.UniqueConstraint(fields=["case", "stage"], name="reviews_invitation_once")]
        indexes = [
            models.Index(fields=["user", "state", "-invited_at"]),
            models.Index(fields=["expires_at"], condition=models.Q(state="open"), name="reviews_invitation_due"),
        ]

    def __str__(self) -> str:
        return f"{self.item_name}·{self.get_stage_display()}"


class Review(models.Model):
    """One rating; without a grade it is 默认评价: counted apart, never as good."""

    invitation = models.ForeignKey(Invitation, models.PROTECT, related_name="+", verbose_name="邀请")
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+", verbose_name="办件")
    stage = models.CharField("环节", max_length=12, choices=Stage.choices)
    assess_number = models.PositiveSmallIntegerField("评价次数", default=1)
    grade = models.PositiveSmallIntegerField("等级", choices=Grade.choices, null=True, blank=True)
    reason_codes = models.JSONField("评价指标", default=list)
    text = EncryptedTextField("文字评价", mask="none", blank=True)
    is_anonymous = models.BooleanField("匿名", default=False)
    channel = models.CharField("渠道", max_length=14, choices=Channel.choices)
    author = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="评价人"
    )
    department = models.ForeignKey(
        "organisations.Department", models.PROTECT, related_name="+", verbose_name="办理机关"
    )
    reviewed_at = models.DateTimeField("评价时间")

    class Meta:
        verbose_name = verbose_name_plural = "评价"
        constraints = [
            models.UniqueConstraint(fields=["case", "stage", "assess_number"], name="reviews_review_once"),
            models.CheckConstraint(
                condition=models.Q(grade__isnull=True, channel="default")
                | (models.Q(grade__isnull=False) & ~models.Q(channel="default")),
                name="reviews_default_has_no_grade",
            ),
        ]
        indexes = [models.Index(fields=["department", "-reviewed_at"]), models.Index(fields=["author", "-reviewed_at"])]

    def __str__(self) -> str:
        return str(self.pk)


class DepartmentMonth(models.Model):
    """Counts of a department and month, kept in the transaction of each review."""

    department = models.ForeignKey("organisations.Department", models.PROTECT, related_name="+", verbose_name="机关")
    month = models.DateField("月份")
    invited = models.PositiveIntegerField("邀请", default=0)
    answered = models.PositiveIntegerField("主动评价", default=0, help_text="对办结环节的评价")
    lapsed = models.PositiveIntegerField("默认评价", default=0)
    stars_1 = models.PositiveIntegerField("非常不满意", default=0)
    stars_2 = models.PositiveIntegerField("不满意", default=0)
    stars_3 = models.PositiveIntegerField("基本满意", default=0)
    stars_4 = models.PositiveIntegerField("满意", default=0)
    stars_5 = models.PositiveIntegerField("非常满意", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "评价统计"
        constraints = [models.UniqueConstraint(fields=["department", "month"], name="reviews_department_month_once")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
