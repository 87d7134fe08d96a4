"""Definitions by key and version, and what people filled in."""

from django.db import models

from xiangyun.kit.privacy.fields import EncryptedJSONField


class FormDefinition(models.Model):
    """One version of one form; never changed once loaded, because answers refer to it."""

    key = models.CharField("表单标识", max_length=80)
    version = models.PositiveIntegerField("版本")
    title = models.CharField("名称", max_length=100)
    # text, not jsonb: jsonb forgets the order of the questions
    text = models.TextField("定义（JSON）")
    digest = models.CharField("摘要（SM3）", max_length=64)
    source = models.CharField("来源", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "表单定义"
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="forms_definition_version")]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"


class FilledForm(models.Model):
    """A person's answers: a draft that saves itself, later fixed by submission."""

    definition = models.ForeignKey(FormDefinition, models.PROTECT, related_name="+", verbose_name="表单定义")
    owner = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="填写人")
    owner_firm = models.ForeignKey(
        "accounts.Firm", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="代表的法人",
        help_text="填写人代表法人填写的，归该法人，由当时有权代表它的人填写",
    )  # fmt: skip
    answers = EncryptedJSONField("填写内容")
    prefilled = EncryptedJSONField("预填内容及来源")
    earlier = EncryptedJSONField("以前提交的内容", default=list)
    is_draft = models.BooleanField("暂存", default=True)
    revision = models.PositiveIntegerField("修订号", default=1)
    created_at = models.DateTimeField("建立时间")
    updated_at = models.DateTimeField("最近保存时间")
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "填写的表单"
        indexes = [models.Index(fields=["owner", "is_draft", "-updated_at"])]

    def __str__(self) -> str:
        return f"{self.definition_id}/{self.pk}"
