"""Kinds of papers, their templates by version, gapless serials, and the papers themselves."""

import uuid

from django.db import models

from xiangyun.kit.privacy.fields import EncryptedJSONField


class PaperTemplate(models.Model):
    """One version of a template; papers keep the version they were made from."""

    name = models.CharField("名称", max_length=60)
    digest = models.CharField("摘要（SM3）", max_length=64)
    text = models.TextField("typst原文")

    class Meta:
        verbose_name = verbose_name_plural = "文书模板"
        constraints = [models.UniqueConstraint(fields=["name", "digest"], name="documents_template_version")]

    def __str__(self) -> str:
        return self.name


class DocumentKind(models.Model):
    """A kind of paper (文书种类) with the word (代字) of its number."""

    code = models.CharField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=60)
    word = models.CharField("文书代字", max_length=10)
    template = models.ForeignKey(PaperTemplate, models.PROTECT, related_name="+", verbose_name="模板")
    is_numbered = models.BooleanField("编号", default=True)
    is_sealed = models.BooleanField("用印", default=True)
    required = models.JSONField("必备数据", default=list)
    is_retired = models.BooleanField("停用", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "文书种类"

    def __str__(self) -> str:
        return self.name


class DepartmentWord(models.Model):
    """Parts of a department's word (机关代字): of a division, or of a line of business."""

    class Scope(models.TextChoices):
        REGION = "region", "地区"
        PROVINCIAL = "provincial", "省级条线"
        LOCAL = "local", "市县条线"

    scope = models.CharField("范围", max_length=10, choices=Scope.choices)
    key = models.CharField("区划或机构标识", max_length=40)
    word = models.CharField("代字", max_length=10)

    class Meta:
        verbose_name = verbose_name_plural = "机关代字"
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="documents_department_word")]

    def __str__(self) -> str:
        return self.word


class Serial(models.Model):
    """The last number given, by department, kind and year."""

    department = models.ForeignKey("organisations.Department", models.PROTECT, related_name="+", verbose_name="机关")
    kind = models.ForeignKey(DocumentKind, models.PROTECT, related_name="+", verbose_name="种类")
    year = models.PositiveSmallIntegerField("年份")
    last = models.PositiveIntegerField("最近流水号")

    class Meta:
        verbose_name = verbose_name_plural = "文书流水号"
        constraints = [models.UniqueConstraint(fields=["department", "kind", "year"], name="documents_serial_place")]

    def __str__(self) -> str:
        return str(self.last)


class Document(models.Model):
    """A paper: what it says (encrypted), its number, and once sealed the very file that was sealed."""

    kind = models.ForeignKey(DocumentKind, models.PROTECT, related_name="+", verbose_name="种类")
    template = models.ForeignKey(PaperTemplate, models.PROTECT, related_name="+", verbose_name="模板版本")
    department = models.ForeignKey("organisations.Department", models.PROTECT, related_name="+", verbose_name="机关")
    department_code = models.CharField("机关代码", max_length=18)
    department_name = models.CharField("机关名称", max_length=100)
    number = models.CharField("文号", max_length=60, blank=True)
    year = models.PositiveSmallIntegerField("年份")
    serial = models.PositiveIntegerField("流水号", null=True, blank=True)
    title = models.CharField("事由", max_length=200)
    data = EncryptedJSONField("内容")
    subject_type = models.CharField("对象类型", max_length=60)
    subject_id = models.PositiveBigIntegerField("对象")
    verify_key = models.UUIDField("核验码", default=uuid.uuid4, unique=True, editable=False)
    issued_at = models.DateTimeField("出具时间")
    file = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="用印文件"
    )
    signature = models.BinaryField("签章值", null=True, blank=True)
    sealed_at = models.DateTimeField("用印时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "文书"
        indexes = [models.Index(fields=["subject_type", "subject_id"]), models.Index(fields=["number"])]
        constraints = [
            models.UniqueConstraint(fields=["department", "kind", "year", "serial"], name="documents_number"),
            models.CheckConstraint(
                condition=models.Q(sealed_at__isnull=True) | models.Q(file__isnull=False, signature__isnull=False),
                name="documents_sealed_has_file",
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.title
