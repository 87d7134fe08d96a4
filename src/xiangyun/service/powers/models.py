"""Entries of the power list."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class PowerEntry(models.Model):
    """One power with its duties, held by one body for the levels it names."""

    class Type(models.TextChoices):
        """行政权力类型 (GB/T 39046 A.1)."""

        PERMIT = "01", "行政许可"
        PENALTY = "02", "行政处罚"
        COERCION = "03", "行政强制"
        LEVY = "04", "行政征收"
        PAYMENT = "05", "行政给付"
        INSPECTION = "06", "行政检查"
        CONFIRMATION = "07", "行政确认"
        REWARD = "08", "行政奖励"
        RULING = "09", "行政裁决"
        OTHER = "10", "其他行政权力"

    class Status(models.TextChoices):
        """事项状态."""

        ACTIVE = "1", "在用"
        SUSPENDED = "2", "暂停"
        CANCELLED = "3", "取消"

    masks: ClassVar = {"supervision_phone": "none"}  # of an office, not of a person

    code = models.CharField("权力编码", max_length=40, unique=True)
    catalog_code = models.CharField("对应基本编码", max_length=12)
    name = models.CharField("权力名称", max_length=200)
    type = models.CharField("权力类型", max_length=2, choices=Type.choices)
    legal_basis = models.JSONField("设定依据", default=list)
    department = models.ForeignKey(
        "organisations.Department", models.PROTECT, related_name="+", verbose_name="行使主体（牵头）"
    )
    levels = models.JSONField("行使层级", default=list)
    responsibility = models.TextField("责任事项", blank=True)
    accountability = models.TextField("追责情形", blank=True)
    supervision_phone = models.CharField("监督电话", max_length=60, blank=True)
    status = models.CharField("状态", max_length=1, choices=Status.choices, default=Status.ACTIVE)
    published_on = models.DateField("公布日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "权责清单"
        constraints = [
            models.UniqueConstraint(
                fields=["catalog_code"], condition=Q(status="1"), name="powers_one_active_a_catalog_entry"
            )
        ]

    def __str__(self) -> str:
        return self.name
