"""Departments, halls and their windows, posts and their holders."""

from typing import ClassVar

from django.db import models


class Department(models.Model):
    """One body (实施主体) of one division; its path follows the line of business from the province down."""

    class Level(models.TextChoices):
        """行使层级 (GB/T 39046 A.2)."""

        STATE = "1", "国家级"
        PROVINCE = "2", "省级"
        CITY = "3", "市级"
        COUNTY = "4", "县级"
        TOWN = "5", "镇（乡、街道）级"
        VILLAGE = "6", "村（社区）级"

    masks: ClassVar = {"address": "none", "phone": "none"}  # of an office, not of a person

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
        indexes = [
            models.Index(fields=["path"], name="organisations_path", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["region", "level"], name="organisations_region_level"),
        ]

    def __str__(self) -> str:
        return self.name


class Hall(models.Model):
    """A service hall (政务服务中心, 便民服务中心) and the department that runs it."""

    masks: ClassVar = {"address": "none", "phone": "none"}  # of an office, not of a person

    key = models.CharField("内容包标识", max_length=40, unique=True)
    name = models.CharField("名称", max_length=100)
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", verbose_name="行政区划")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name="管理机构")
    address = models.CharField("地址", max_length=200, blank=True)
    phone = models.CharField("电话", max_length=30, blank=True)
    hours = models.CharField("办公时间", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "大厅"

    def __str__(self) -> str:
        return self.name


class Window(models.Model):
    """A counter of a hall, by its number."""

    hall = models.ForeignKey(Hall, models.CASCADE, related_name="windows", verbose_name="大厅")
    number = models.PositiveSmallIntegerField("窗口号")
    name = models.CharField("名称", max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = "窗口"
        constraints = [models.UniqueConstraint(fields=["hall", "number"], name="organisations_window_number")]

    def __str__(self) -> str:
        return f"{self.number}号 {self.name}"


class Post(models.Model):
    """A post (岗位) of a department."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name="机构")
    name = models.CharField("名称", max_length=60)
    duties = models.TextField("职责", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "岗位"
        constraints = [models.UniqueConstraint(fields=["department", "name"], name="organisations_post_name")]

    def __str__(self) -> str:
        return self.name


class PostHolding(models.Model):
    """Who holds a post, from which day, and until which (the last day, empty while it lasts)."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="岗位")
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="人员")
    since = models.DateField("任职日期")
    until = models.DateField("离任日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="organisations_holding_dates",
            ),
            models.UniqueConstraint(
                fields=["post", "user"], condition=models.Q(until=None), name="organisations_holds_once"
            ),
        ]
        indexes = [models.Index(fields=["user", "since"], name="organisations_holdings")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.since}"
