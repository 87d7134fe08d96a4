"""The authority's certificates, the seals of departments, and every use of a seal."""

from django.db import models

from xiangyun.kit.privacy.fields import EncryptedTextField


class AuthorityCertificate(models.Model):
    """One certificate of the chain with its key: root, issuing authority, or seal maker."""

    class Role(models.TextChoices):
        ROOT = "root", "根证书"
        ISSUER = "issuer", "签发机构"
        MAKER = "maker", "制章机构"

    role = models.CharField("用途", max_length=10, choices=Role.choices, unique=True)
    name = models.CharField("名称", max_length=100)
    certificate = models.BinaryField("证书")
    key_handle = EncryptedTextField("密钥", mask="hidden")
    is_demo = models.BooleanField("演示密钥")
    valid_from = models.DateTimeField("生效时间")
    valid_to = models.DateTimeField("失效时间")

    class Meta:
        verbose_name = verbose_name_plural = "认证机构证书"

    def __str__(self) -> str:
        return self.name


class SealScheme(models.Model):
    """How seals are drawn and for how long they hold; with `on_demand` a department gets its seal when first needed."""

    name = models.CharField("名称", max_length=60, unique=True)
    center_text = models.CharField("印文", max_length=20)
    valid_years = models.PositiveSmallIntegerField("有效年数")
    diameters = models.JSONField("直径（毫米）", default=dict, help_text="按机构层级")
    since = models.DateTimeField("印章生效时间", null=True, blank=True, help_text="空为制作之日")
    on_demand = models.BooleanField("首次用印时制作", default=False)
    is_demo = models.BooleanField("演示")

    class Meta:
        verbose_name = verbose_name_plural = "印章制作方案"

    def __str__(self) -> str:
        return self.name


class Seal(models.Model):
    """One electronic seal of one department; picture, data and certificate never change once made."""

    class Kind(models.TextChoices):
        """印章类型 (national platform, domain/certificates.md §8)."""

        PERSON = "0", "电子个人名章"
        NAME = "1", "电子法定名称章"
        FINANCE = "2", "电子财务专用章"
        INVOICE = "3", "电子发票专用章"
        CONTRACT = "4", "电子合同专用章"
        LEGAL_REP = "5", "电子法定代表人名章"
        BUSINESS = "6", "业务专用章（行政审批专用章）"
        OTHER = "99", "其他"

    class Status(models.TextChoices):
        ACTIVE = "active", "有效"
        FROZEN = "frozen", "冻结"
        REVOKED = "revoked", "注销"

    code = models.CharField("印章编码", max_length=13, unique=True)
    name = models.CharField("印章名称", max_length=140)
    kind = models.CharField("印章类型", max_length=2, choices=Kind.choices)
    department = models.ForeignKey(
        "organisations.Department", models.PROTECT, related_name="+", verbose_name="用章单位"
    )
    picture = models.BinaryField("印模图片")
    width_mm = models.PositiveSmallIntegerField("宽（毫米）")
    height_mm = models.PositiveSmallIntegerField("高（毫米）")
    data = models.BinaryField("印章数据")
    certificate = models.BinaryField("签章证书")
    certificate_serial = models.CharField("证书序列号", max_length=20, unique=True)
    key_handle = EncryptedTextField("密钥", mask="hidden")
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.ACTIVE)
    is_demo = models.BooleanField("演示密钥")
    valid_from = models.DateTimeField("生效时间")
    valid_to = models.DateTimeField("失效时间")
    made_at = models.DateTimeField("制作时间")
    revoked_at = models.DateTimeField("注销时间", null=True, blank=True)
    reason = models.CharField("变更理由", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "电子印章"
        constraints = [
            models.UniqueConstraint(
                fields=["department", "kind"],
                condition=models.Q(status__in=["active", "frozen"]),
                name="seals_one_live_seal_a_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(status="revoked", revoked_at__isnull=False)
                | (~models.Q(status="revoked") & models.Q(revoked_at__isnull=True)),
                name="seals_revoked_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SealUse(models.Model):
    """One use of a seal: who sealed what, recognisable by its digest. Kept for good, never changed."""

    class Format(models.TextChoices):
        OFD = "ofd", "OFD"
        PDF = "pdf", "PDF"

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="+", verbose_name="印章")
    at = models.DateTimeField("用印时间")
    user_id = models.BigIntegerField("用印人编号", null=True)
    user_name = models.CharField("用印人", max_length=100)
    ip = models.CharField("来源地址", max_length=45, blank=True)
    format = models.CharField("文件格式", max_length=5, choices=Format.choices)
    subject_type = models.CharField("对象类型", max_length=60)
    subject_id = models.CharField("对象编号", max_length=64)
    label = models.CharField("文件名称", max_length=200)
    digest = models.CharField("文件SM3摘要", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "用印记录"
        indexes = [
            models.Index(fields=["seal", "-id"], name="seals_use_by_seal"),
            models.Index(fields=["subject_type", "subject_id"], name="seals_use_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.label}"
