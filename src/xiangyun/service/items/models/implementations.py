"""Who carries an item out, and what a citizen clicks."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from xiangyun.service.items.models.catalog import CatalogEntry
from xiangyun.service.items.models.guides import Guide


class Implementation(models.Model):
    """One version of one body's way to carry out a catalog entry (实施清单, 31-character code).

    Everything unified is the guide's; only place, phone, hours and window are local. A case keeps the version on which
    it was opened, because a change is a new row.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        PUBLISHED = "published", "已发布"
        SUSPENDED = "suspended", "暂停"
        CANCELLED = "cancelled", "取消"
        PAST = "past", "历史版本"

    masks: ClassVar = {"address": "none", "phone": "none"}  # of an office, not of a person

    task_code = models.CharField("实施编码", max_length=31)
    version = models.PositiveIntegerField("版本")
    catalog = models.ForeignKey(CatalogEntry, models.PROTECT, related_name="+", verbose_name="基本目录")
    guide = models.ForeignKey(Guide, models.PROTECT, related_name="+", verbose_name="办事指南")
    department = models.ForeignKey(
        "organisations.Department", models.PROTECT, related_name="+", verbose_name="实施主体"
    )
    region = models.ForeignKey(
        "regions.Region", models.PROTECT, related_name="+", db_index=False, verbose_name="行政区划"
    )
    level = models.CharField("行使层级", max_length=1)
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.DRAFT)
    status_reason = models.CharField("状态说明", max_length=300, blank=True)
    address = models.CharField("办理地点", max_length=200, blank=True)
    phone = models.CharField("咨询电话", max_length=60, blank=True)
    hours = models.CharField("办理时间", max_length=200, blank=True)
    window = models.CharField("办理窗口", max_length=100, blank=True)
    published_at = models.DateTimeField("发布时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "实施清单"
        constraints = [
            models.UniqueConstraint(fields=["task_code", "version"], name="items_task_version"),
            models.UniqueConstraint(
                fields=["task_code"], condition=Q(status__in=["published", "suspended"]), name="items_one_task_in_force"
            ),
        ]
        indexes = [
            models.Index(fields=["region", "guide"], condition=Q(status="published"), name="items_published_in_region"),
        ]

    def __str__(self) -> str:
        return self.task_code


class HandlingItem(models.Model):
    """What a citizen applies for (业务办理项, 33-character code): 新办, 变更, 延续, 补证, 注销."""

    class Kind(models.TextChoices):
        NEW = "NEW", "新办"
        CHANGE = "CHANGE", "变更"
        RENEW = "RENEW", "延续"
        REISSUE = "REISSUE", "补证"
        CANCEL = "CANCEL", "注销"

    implementation = models.ForeignKey(
        Implementation, models.CASCADE, related_name="handling_items", verbose_name="实施清单"
    )
    code = models.CharField("业务办理项编码", max_length=33, db_index=True)
    serial = models.CharField("序号", max_length=2)
    key = models.CharField("内容包标识", max_length=80)
    name = models.CharField("名称", max_length=200)
    full_name = models.CharField("全称", max_length=300)
    kind = models.CharField("类别", max_length=10, choices=Kind.choices)

    class Meta:
        verbose_name = verbose_name_plural = "业务办理项"
        constraints = [models.UniqueConstraint(fields=["implementation", "serial"], name="items_handling_serial")]

    def __str__(self) -> str:
        return self.full_name
