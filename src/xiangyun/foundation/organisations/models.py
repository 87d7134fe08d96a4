"""Departments, halls, posts and their holders."""

from django.db import models


class Department(models.Model):
    """One body (实施主体) at one level of one division; its path follows the line of business from the province down."""

    class Level(models.TextChoices):
        """行使层级 (GB/T 39046 A.2)."""

        STATE = "1", "国家级"
        PROVINCE = "2", "省级"
        CITY = "3", "市级"
        COUNTY = "4", "县级"
        TOWN = "5", "镇(乡、街道)级"
        VILLAGE = "6", "村(社区)级"

    code = models.CharField("统一社会信用代码", max_length=18, unique=True)
    key = models.CharField("内容包标识", max_length=40, unique=True)
    name = models.CharField("名称", max_length=100)
    short_name = models.CharField("简称", max_length=60, blank=True)
    kind = models.CharField("性质", max_length=30)
    level = models.CharField("行使层级", max_length=1, choices=Level.choices)
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", verbose_name="行政区划")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="上级主管")
    path = models.CharField("路径", max_length=120, help_text="各级代码以/相连并以/结尾")
    lead_code = models.CharField("牵头部门码", max_length=2, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)
    phone = models.CharField("电话", max_length=30, blank=True)
    is_demo_code = models.BooleanField("演示代码", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "机构"
        indexes = [models.Index(fields=["path"]), models.Index(fields=["region", "level"])]

    def __str__(self) -> str:
        return self.name
