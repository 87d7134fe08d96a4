"""Users, firms and the mandates by which persons act for firms."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models

from xiangyun.kit.privacy.fields import EncryptedJSONField, EncryptedTextField


class User(AbstractUser):
    """A natural person's account, citizen or official; the number of the citizen id belongs to one account only."""

    class Sex(models.TextChoices):
        """性别 (GB/T 2261.1)."""

        UNKNOWN = "0", "未知的性别"
        MALE = "1", "男性"
        FEMALE = "2", "女性"
        UNSTATED = "9", "未说明的性别"

    class RealNameLevel(models.IntegerChoices):
        """实名等级."""

        NONE = 0, "未实名"
        PHONE = 1, "手机号"
        NAME_AND_ID = 2, "姓名和身份证号"
        FACE_OR_CARD = 3, "人脸或银行卡"
        CERTIFICATE = 4, "数字证书"

    masks: ClassVar[dict[str, str]] = {"real_name": "name", "birth_date": "birth_date", "email": "email"}

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    real_name = models.CharField("姓名", max_length=50, blank=True)
    is_official = models.BooleanField("工作人员", default=False)
    citizen_id = EncryptedTextField("公民身份号码", mask="citizen_id", null=True, blank=True)
    citizen_id_index = models.CharField("公民身份号码索引", max_length=64, unique=True, null=True, editable=False)
    mobile = EncryptedTextField("手机号", mask="mobile", null=True, blank=True)
    mobile_index = models.CharField("手机号索引", max_length=64, unique=True, null=True, editable=False)
    sex = models.CharField("性别", max_length=1, choices=Sex.choices, default=Sex.UNSTATED)
    ethnicity = models.CharField("民族", max_length=2, blank=True, help_text="GB/T 3304 两位代码")
    birth_date = models.DateField("出生日期", null=True, blank=True)
    household_region = models.ForeignKey(
        "regions.Region", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="户籍所在地"
    )
    household_address = EncryptedTextField("户籍地址", mask="address", blank=True, default="")
    residence_address = EncryptedTextField("现住址", mask="address", blank=True, default="")
    bank_name = models.CharField("开户银行", max_length=60, blank=True)
    bank_account = EncryptedTextField("银行账号", mask="bank_card", blank=True, default="")
    real_name_level = models.PositiveSmallIntegerField(
        "实名等级", choices=RealNameLevel.choices, default=RealNameLevel.NONE
    )
    confirmed_on = models.DateField("实名核验日期", null=True, blank=True)
    acts_for = models.ForeignKey(
        "accounts.Firm", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="当前代表的单位"
    )

    class Meta:
        verbose_name = verbose_name_plural = "账号"

    def __str__(self) -> str:
        return self.real_name or self.username


class Firm(models.Model):
    """A legal person or other organisation (GB 32100); it acts through its legal representative or a mandate."""

    class Kind(models.TextChoices):
        """主体类别."""

        COMPANY = "company", "企业"
        INDIVIDUAL = "individual", "个体工商户"
        COOP = "coop", "农民专业合作社"
        PUBLIC = "public", "机关事业单位"
        SOCIAL = "social", "社会组织"
        OTHER = "other", "其他组织"

    class Status(models.TextChoices):
        """登记状态."""

        ACTIVE = "存续", "存续"
        REVOKED = "吊销", "吊销"
        CANCELLED = "注销", "注销"
        MOVED = "迁出", "迁出"

    masks: ClassVar[dict[str, str]] = {"address": "none"}  # of a firm: in the public register

    uscc = models.CharField("统一社会信用代码", max_length=18, unique=True)
    name = models.CharField("名称", max_length=100)
    kind = models.CharField("主体类别", max_length=12, choices=Kind.choices, default=Kind.COMPANY)
    legal_rep = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="法定代表人（负责人）"
    )
    address = models.CharField("住所（经营场所）", max_length=200, blank=True)
    region = models.ForeignKey(
        "regions.Region", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="所在区划"
    )
    industry = models.CharField("行业代码", max_length=5, blank=True, help_text="GB/T 4754")
    reg_capital = models.DecimalField("注册资本（万元）", max_digits=16, decimal_places=2, null=True, blank=True)
    staff_count = models.PositiveIntegerField("从业人数", null=True, blank=True)
    firm_size = models.CharField("企业规模", max_length=10, blank=True)
    set_up_date = models.DateField("成立日期", null=True, blank=True)
    phone = EncryptedTextField("联系电话", mask="phone", blank=True, default="")
    status = models.CharField("登记状态", max_length=4, choices=Status.choices, default=Status.ACTIVE)
    updated_on = models.DateField("登记信息日期")

    class Meta:
        verbose_name = verbose_name_plural = "法人和其他组织"

    def __str__(self) -> str:
        return self.name


class Mandate(models.Model):
    """The power of a person to act for a firm (经办人授权): what for, from when until when, taken back or not."""

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="mandates", verbose_name="授权单位")
    person = models.ForeignKey("accounts.User", models.PROTECT, related_name="mandates", verbose_name="经办人")
    scope = models.CharField("授权范围", max_length=200, default="代为办理政务服务事项")
    valid_from = models.DateField("起始日期")
    valid_to = models.DateField("截止日期", null=True, blank=True)
    given_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="授权人")
    given_at = models.DateTimeField("授权时间")
    revoked_at = models.DateTimeField("撤销时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "经办人授权"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="accounts_mandate_dates",
            ),
        ]
        indexes = [models.Index(fields=["person"]), models.Index(fields=["firm"])]

    def __str__(self) -> str:
        return f"{self.firm_id}→{self.person_id}"


class Resident(models.Model):
    """One entry of the fictitious population that stands in for the population register in a demonstration.

    Real names are checked against it where no outside source is connected; a deployment leaves it empty.
    """

    citizen_id_index = models.CharField("公民身份号码索引", max_length=64, unique=True)
    name = models.CharField("姓名", max_length=50)
    facts = EncryptedJSONField("登记信息", default=dict)
    is_alive = models.BooleanField("在世", default=True)

    masks: ClassVar[dict[str, str]] = {"name": "name"}

    class Meta:
        verbose_name = verbose_name_plural = "演示人口"

    def __str__(self) -> str:
        return self.name
