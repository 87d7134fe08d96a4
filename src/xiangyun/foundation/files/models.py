"""Stored files."""

import uuid

from django.db import models


class StoredFile(models.Model):
    """An upload as kept: its content lies in the storage under a name of ours, never the sender's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField("文件名", max_length=120)
    kind = models.CharField("类型", max_length=10)
    media_type = models.CharField("媒体类型", max_length=100)
    size = models.PositiveBigIntegerField("字节数")
    sm3 = models.CharField("SM3摘要", max_length=64)
    location = models.CharField("存储位置", max_length=100, unique=True)
    purpose = models.CharField("用途", max_length=60)
    uploaded_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+", verbose_name="上传人", help_text="空为系统"
    )
    uploaded_at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = verbose_name_plural = "文件"

    def __str__(self) -> str:
        return self.name


class PartialUpload(models.Model):
    """A large upload of which parts have arrived."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField("文件名", max_length=120)
    size = models.PositiveIntegerField("字节数")
    received = models.PositiveIntegerField("已收到", default=0)
    uploaded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="上传人")
    begun_at = models.DateTimeField("开始时间", db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "未传完的文件"

    def __str__(self) -> str:
        return self.name


class UploadPart(models.Model):
    """Consecutive bytes of an upload, encrypted."""

    upload = models.ForeignKey(PartialUpload, models.CASCADE, related_name="parts", verbose_name="文件")
    start = models.PositiveIntegerField("起始位置")
    content = models.BinaryField("内容")

    class Meta:
        verbose_name = verbose_name_plural = "文件分段"
        constraints = [models.UniqueConstraint(fields=["upload", "start"], name="files_uploadpart_place")]

    def __str__(self) -> str:
        return f"{self.upload_id}:{self.start}"
