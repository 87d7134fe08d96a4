"""Days of the official calendar, local days, clocks and their entries."""

from django.db import models


class CalendarDay(models.Model):
    """One day of a year for which the State Council's notice is loaded."""

    class Kind(models.TextChoices):
        WORKDAY = "workday", "工作日"
        WEEKEND = "weekend", "周末"
        HOLIDAY = "holiday", "法定节假日"
        ADJUSTED = "adjusted", "调休上班日"

    day = models.DateField("日期", unique=True)
    is_workday = models.BooleanField("是否工作日")
    kind = models.CharField("类别", max_length=10, choices=Kind.choices)
    name = models.CharField("节日", max_length=30, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "工作日历"

    def __str__(self) -> str:
        return f"{self.day}"


class LocalDay(models.Model):
    """A day off (or on) in one division only: every year, or once."""

    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", verbose_name="行政区划")
    name = models.CharField("名称", max_length=60)
    month = models.PositiveSmallIntegerField("月")
    day = models.PositiveSmallIntegerField("日")
    year = models.PositiveSmallIntegerField("年", null=True, blank=True, help_text="空为每年")
    is_workday = models.BooleanField("是否工作日", default=False)
    basis = models.CharField("依据", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "地方假日"
        constraints = [
            models.UniqueConstraint(
                fields=["region", "year", "month", "day"], nulls_distinct=False, name="calendars_local_day_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Clock(models.Model):
    """The time limit of one subject; what is used and left follows from its entries and is never stored.

    `due_on` is the day as it stood at the last entry, kept only to be searched; a paused clock keeps that from before.
    """

    class Unit(models.TextChoices):
        WORKDAY = "workday", "个工作日"
        DAY = "day", "日"
        MONTH = "month", "个月"
        HOUR = "hour", "小时"

    class State(models.TextChoices):
        RUNNING = "running", "计时中"
        PAUSED = "paused", "暂停"
        STOPPED = "stopped", "已停止"

    kind = models.CharField("种类", max_length=20)
    name = models.CharField("名称", max_length=40)
    unit = models.CharField("单位", max_length=8, choices=Unit.choices)
    limit = models.PositiveSmallIntegerField("时限")
    subject_type = models.CharField("对象类型", max_length=40)
    subject_id = models.CharField("对象标识", max_length=40)
    region_path = models.CharField("区划路径", max_length=80)
    basis = models.TextField("依据", blank=True)
    started_at = models.DateTimeField("开始时间")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.RUNNING)
    due_on = models.DateField("到期日")

    class Meta:
        verbose_name = verbose_name_plural = "计时"
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "kind"],
                condition=~models.Q(state="stopped"),
                name="calendars_one_open_clock_a_kind",
            )
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="calendars_clock_subject"),
            models.Index(
                fields=["subject_type", "kind", "due_on"],
                condition=models.Q(state="running"),
                name="calendars_clock_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.limit}{self.get_unit_display()}"


class ClockEntry(models.Model):
    """What happened to a clock; written once, refused by the database to be changed or removed."""

    class Act(models.TextChoices):
        START = "start", "开始"
        PAUSE = "pause", "暂停"
        RESUME = "resume", "恢复"
        EXTEND = "extend", "延长"
        STOP = "stop", "停止"

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="entries", verbose_name="计时")
    act = models.CharField("动作", max_length=6, choices=Act.choices)
    at = models.DateTimeField("时间")
    pause = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", verbose_name="结束的暂停")
    extra = models.PositiveSmallIntegerField("延长数", default=0)
    reason = models.TextField("原因", blank=True)
    basis = models.TextField("依据", blank=True)
    document_no = models.CharField("文书号", max_length=60, blank=True)
    approver = models.CharField("批准人", max_length=60, blank=True)
    actor_id = models.BigIntegerField("操作人标识", null=True)
    actor_name = models.CharField("操作人", max_length=60)
    due_on = models.DateField("其时到期日")

    class Meta:
        verbose_name = verbose_name_plural = "计时记录"
        indexes = [models.Index(fields=["clock", "id"], name="calendars_entries_of_clock")]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.at}"
