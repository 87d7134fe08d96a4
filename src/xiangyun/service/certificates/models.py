"""Types with faces, certificates, their use, and the dynamic codes by which they are shown."""

from typing import ClassVar

from django.db import models

from xiangyun.kit.privacy.fields import EncryptedJSONField, EncryptedTextField


class FaceTemplate(models.Model):
    """The design of a face: page size and what stands where (content of the pack)."""

    key = models.CharField("标识", max_length=60, unique=True)
    definition = models.JSONField("版式")
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "证照照面模板"

    def __str__(self) -> str:
        return self.key


class CertificateType(models.Model):
    """One type of the directory (GB/T 36902)."""

    class HolderCategory(models.TextChoices):
        PERSON = "自然人", "自然人"
        FIRM = "法人", "法人"
        MIXED = "混合", "混合"
        OTHER = "其他", "其他"

    class Validity(models.IntegerChoices):
        """有效期类型."""

        YEARS = 1, "年"
        MONTHS = 2, "月"
        DAYS = 3, "日"
        UNLIMITED = 4, "长期"
        CUSTOM = 5, "自定义"

    key = models.CharField("内容包标识", max_length=60, unique=True)
    name = models.CharField("证照类型名称", max_length=100)
    type_code = models.CharField("证照类型代码", max_length=21, unique=True)
    is_demo_code = models.BooleanField("演示代码", default=False)
    defining_body = models.CharField("定义机构", max_length=100)
    holder_category = models.CharField("持证主体类别", max_length=3, choices=HolderCategory.choices)
    category = models.CharField("证照类别", max_length=10)
    validity_kind = models.PositiveSmallIntegerField("有效期类型", choices=Validity.choices)
    validity_length = models.PositiveSmallIntegerField("有效期长度", null=True, blank=True)
    validity_rule = models.CharField("有效期年数规则", max_length=200, blank=True, default="")
    validity_note = models.CharField("有效期说明", max_length=60, blank=True)
    issue_levels = models.JSONField("颁发层级", default=list)
    lead_department_key = models.CharField("主管部门", max_length=40, blank=True)
    face_fields = models.JSONField("照面字段", default=list)
    number_format = models.CharField("证照编号规则", max_length=60, default="{region}{year}{serial:06}")
    face = models.ForeignKey(
        FaceTemplate, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="照面模板"
    )
    present_level = models.PositiveSmallIntegerField(
        "亮证所需实名等级", default=3, help_text="2姓名和身份证号 3人脸或银行卡 4数字证书"
    )
    is_published = models.BooleanField("发布", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "证照类型"

    def __str__(self) -> str:
        return self.name


class NumberSeries(models.Model):
    """The last serial of a type at an issuer; the row is locked by the transaction that takes the next."""

    certificate_type = models.ForeignKey(CertificateType, models.PROTECT, related_name="+", verbose_name="证照类型")
    issuer = models.ForeignKey("organisations.Department", models.PROTECT, related_name="+", verbose_name="颁发机构")
    last = models.PositiveBigIntegerField("最后流水号", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "证照流水号"
        constraints = [
            models.UniqueConstraint(fields=["certificate_type", "issuer"], name="certificates_one_series_an_issuer")
        ]

    def __str__(self) -> str:
        return f"{self.certificate_type_id}/{self.issuer_id}: {self.last}"


class Certificate(models.Model):
    """One certificate with the metadata of GB/T 36903; its face lies sealed in the file and encrypted in `face`."""

    class Status(models.TextChoices):
        """证照状态 (code set of the housing ministry, widely used)."""

        VALID = "01", "有效"
        WITHHELD = "02", "暂扣"
        REVOKED = "03", "撤销"
        CANCELLED = "04", "注销"
        EXPIRED = "05", "失效"
        MOVED = "06", "办理转出"
        STRIPPED = "07", "吊销"
        OTHER = "99", "其他"

    class Source(models.TextChoices):
        ISSUED = "issued", "新签发"
        STOCK = "stock", "存量"
        DEMO = "demo", "演示"

    masks: ClassVar[dict[str, str]] = {"holder_name": "name"}

    identifier = models.CharField("电子证照标识", max_length=120, unique=True)
    certificate_type = models.ForeignKey(CertificateType, models.PROTECT, related_name="+", verbose_name="证照类型")
    number = models.CharField("证照编号", max_length=60)
    issuer = models.ForeignKey("organisations.Department", models.PROTECT, related_name="+", verbose_name="颁发机构")
    issuer_name = models.CharField("颁发机构名称", max_length=100)
    issuer_code = models.CharField("颁发机构代码", max_length=18)
    holder_user = models.ForeignKey(
        "accounts.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="持证人账号",
        db_index=False,
    )
    holder_firm = models.ForeignKey(
        "accounts.Firm",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="持证单位",
        db_index=False,
    )
    holder_name = models.CharField("持证主体", max_length=200)
    holder_code = EncryptedTextField("持证主体代码", mask="citizen_id")
    holder_code_index = models.CharField("持证主体代码索引", max_length=64, editable=False)
    holder_code_type = models.CharField("持证主体代码类型", max_length=3)
    issued_on = models.DateField("颁发日期")
    valid_from = models.DateField("有效期起始日期")
    valid_to = models.DateField("有效期截止日期", null=True, blank=True, help_text="空为长期")
    area_code = models.CharField("所属管辖地区", max_length=12)
    related_item_code = models.CharField("关联事项代码", max_length=50, blank=True)
    related_item_name = models.CharField("关联事项名称", max_length=200, blank=True)
    case_no = models.CharField("办件编号", max_length=60, blank=True)
    face = EncryptedJSONField("照面信息")
    status = models.CharField("状态", max_length=2, choices=Status.choices, default=Status.VALID)
    status_at = models.DateTimeField("状态变更时间")
    status_reason = models.CharField("状态变更事由", max_length=200, blank=True)
    version = models.PositiveSmallIntegerField("版本", default=1)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="前一版本"
    )
    source = models.CharField("来源", max_length=6, choices=Source.choices, default=Source.ISSUED)
    location = models.CharField("文件位置", max_length=100)
    file_digest = models.CharField("文件SM3摘要", max_length=64)
    file_size = models.PositiveIntegerField("文件字节数")
    created_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "电子证照"
        constraints = [
            models.UniqueConstraint(
                fields=["certificate_type", "case_no"],
                condition=~models.Q(case_no=""),
                name="certificates_one_a_case_and_type",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="certificates_dates_ordered",
            ),
            models.CheckConstraint(
                condition=models.Q(holder_user__isnull=True) | models.Q(holder_firm__isnull=True),
                name="certificates_one_holder",
            ),
        ]
        indexes = [
            models.Index(
                fields=["holder_user", "-id"],
                name="certificates_by_user",
                condition=models.Q(holder_user__isnull=False),
            ),
            models.Index(
                fields=["holder_firm", "-id"],
                name="certificates_by_firm",
                condition=models.Q(holder_firm__isnull=False),
            ),
            models.Index(fields=["holder_code_index", "certificate_type"], name="certificates_by_holder_code"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.holder_name}"


class CertificateUse(models.Model):
    """One time a certificate was shown, verified, used in a case or downloaded; the holder sees it."""

    class Kind(models.TextChoices):
        PRESENT = "present", "亮证"
        VERIFY = "verify", "核验"
        CONSUME = "consume", "用证"
        DOWNLOAD = "download", "下载"
        STATUS = "status", "状态变更"

    masks: ClassVar[dict[str, str]] = {"user_name": "name"}

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="+", verbose_name="证照", db_index=False)
    kind = models.CharField("方式", max_length=10, choices=Kind.choices)
    at = models.DateTimeField("时间")
    user_id = models.BigIntegerField("使用人编号", null=True)
    user_name = models.CharField("使用人", max_length=100, blank=True)
    is_official = models.BooleanField("工作人员", default=False)
    purpose = models.CharField("用途", max_length=200, blank=True)
    case_no = models.CharField("办件编号", max_length=60, blank=True)
    ip = models.CharField("来源地址", max_length=45, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "证照使用记录"
        indexes = [models.Index(fields=["certificate", "-id"], name="certificates_use_by_row")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_kind_display()}"


class PresentCode(models.Model):
    """A dynamic code by which a holder shows a certificate: short-lived, good for one verification."""

    nonce = models.BinaryField("随机数", max_length=12, unique=True)
    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="+", verbose_name="证照")
    issued_at = models.DateTimeField("生成时间")
    expires_at = models.DateTimeField("失效时间", db_index=True)
    used_at = models.DateTimeField("核验时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "亮证码"

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.issued_at:%H:%M:%S}"


class PlatformKey(models.Model):
    """The key by which this platform signs dynamic codes; the newest signs, older ones still verify."""

    key_handle = EncryptedTextField("密钥", mask="hidden")
    public_key = models.BinaryField("公钥", max_length=64)
    made_at = models.DateTimeField("生成时间")

    class Meta:
        verbose_name = verbose_name_plural = "平台密钥"

    def __str__(self) -> str:
        return f"{self.pk} {self.made_at:%Y-%m-%d}"
