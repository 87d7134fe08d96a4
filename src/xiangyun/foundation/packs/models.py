"""Which pack is loaded, and which of its files in which version."""

from django.db import models


class Pack(models.Model):
    """A loaded content pack: `pack.yaml` as a row."""

    name = models.CharField("标识", max_length=40, unique=True)
    title = models.CharField("名称", max_length=100)
    version = models.CharField("版本", max_length=40)
    province_code = models.CharField("省级区划代码", max_length=12)
    demo_banner = models.CharField("演示提示语", max_length=200, blank=True)
    is_demo = models.BooleanField("含演示数据", default=False)
    loaded_at = models.DateTimeField("加载时间")

    class Meta:
        verbose_name = verbose_name_plural = "内容包"

    def __str__(self) -> str:
        return self.title


class LoadedFile(models.Model):
    """The version of one file that one loader has written; an unchanged digest is not loaded again."""

    pack = models.CharField("内容包", max_length=40)
    path = models.CharField("文件", max_length=200)
    loader = models.CharField("加载器", max_length=200)
    digest = models.CharField("摘要", max_length=64)
    rows = models.PositiveIntegerField("行数")
    loaded_at = models.DateTimeField("加载时间")

    class Meta:
        verbose_name = verbose_name_plural = "已加载文件"
        constraints = [models.UniqueConstraint(fields=["pack", "path", "loader"], name="packs_file_once_a_loader")]

    def __str__(self) -> str:
        return f"{self.pack}/{self.path}"
