"""Divisions as rows: a tree by materialised path, each with the dates between which it stood."""

from django.db import models


class Region(models.Model):
    """One division (行政区划) or virtual node of the platform.

    A division that moved keeps its old row with `valid_to` and `replaced_by`; rows that refer to it stay right.
    """

    class Level(models.IntegerChoices):
        PROVINCE = 1, "省"
        CITY = 2, "市"
        COUNTY = 3, "县"
        TOWN = 4, "乡"
        VILLAGE = 5, "村"

    code = models.CharField("区划代码", max_length=12)
    name = models.CharField("名称", max_length=60)
    full_name = models.CharField("全称", max_length=120)
    level = models.PositiveSmallIntegerField("层级", choices=Level.choices)
    kind = models.CharField("类别", max_length=30)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="上级")
    path = models.CharField("路径", max_length=80, help_text="各级代码以/相连并以/结尾")
    initials = models.CharField("拼音首字母", max_length=60, blank=True)
    is_virtual = models.BooleanField("虚拟节点", default=False)
    maps_to = models.CharField("对应区划代码", max_length=12, blank=True)
    valid_from = models.DateField("生效日期", null=True, blank=True, help_text="空为不详")
    valid_to = models.DateField("失效日期", null=True, blank=True, help_text="自此日起不再有效")
    replaced_by = models.CharField("变更后代码", max_length=12, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "行政区划"
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(valid_to__isnull=True), name="regions_current_code"
            ),
            models.UniqueConstraint(fields=["code", "valid_to"], name="regions_code_once_a_day"),
        ]
        indexes = [
            models.Index(fields=["path"], name="regions_path", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["parent", "code"], name="regions_children"),
        ]

    def __str__(self) -> str:
        return self.name
