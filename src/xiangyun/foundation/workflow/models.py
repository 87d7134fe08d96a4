"""Definitions by version, and what runs: processes, tokens, work items, timers, passed steps."""

from django.db import models
from django.db.models import Q


class ProcessDefinition(models.Model):
    """One version of a process as BPMN XML; never changed after loading, running processes point at it."""

    key = models.CharField("标识", max_length=60)
    version = models.PositiveIntegerField("版本")
    name = models.CharField("名称", max_length=100)
    xml = models.TextField("BPMN")
    digest = models.CharField("摘要", max_length=64)
    source = models.CharField("来源", max_length=200, blank=True)
    loaded_at = models.DateTimeField("载入时间")

    class Meta:
        verbose_name = verbose_name_plural = "流程定义"
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="workflow_definition_version")]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class Decision(models.Model):
    """One version of a decision table (GoRules JSON) that rule tasks name."""

    key = models.CharField("标识", max_length=60)
    version = models.PositiveIntegerField("版本")
    name = models.CharField("名称", max_length=100)
    content = models.JSONField("内容")
    digest = models.CharField("摘要", max_length=64)
    loaded_at = models.DateTimeField("载入时间")

    class Meta:
        verbose_name = verbose_name_plural = "决策表"
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="workflow_decision_version")]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class Process(models.Model):
    """A running or ended process. The row of the topmost one is the lock of the whole family.

    `variables` and `steps` are read by conditions; they carry codes and numbers, never personal data.
    """

    class State(models.TextChoices):
        RUNNING = "running", "办理中"
        COMPLETED = "completed", "已结束"
        FAILED = "failed", "异常结束"
        CANCELLED = "cancelled", "已取消"

    definition = models.ForeignKey(
        ProcessDefinition, models.PROTECT, related_name="+", db_index=False, verbose_name="流程定义"
    )
    root = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name="顶层流程"
    )
    parent_token = models.ForeignKey(
        "Token", models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name="调用环节"
    )
    subject_type = models.CharField("对象类型", max_length=60)
    subject_id = models.BigIntegerField("对象编号")
    region_path = models.CharField("行政区划路径", max_length=80, blank=True)
    department_path = models.CharField("机构路径", max_length=120, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.RUNNING)
    variables = models.JSONField("变量", default=dict)
    steps = models.JSONField("环节结果", default=dict)
    started_at = models.DateTimeField("开始时间")
    started_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name="发起人"
    )
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    end_node_id = models.CharField("结束节点", max_length=100, blank=True)
    end_name = models.CharField("结束名称", max_length=100, blank=True)
    reason = models.TextField("取消原因", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "流程"
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="workflow_process_subject"),
            models.Index(
                fields=["parent_token"], name="workflow_process_parent", condition=Q(parent_token__isnull=False)
            ),
            models.Index(fields=["root"], name="workflow_process_family", condition=Q(root__isnull=False)),
            models.Index(fields=["definition"], name="workflow_process_running", condition=Q(state="running")),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type}:{self.subject_id} #{self.pk}"

    @property
    def family_id(self) -> int:
        """The id of the topmost process, whose row is locked for every move."""
        return self.root_id or self.pk


class Token(models.Model):
    """A place where a process stands. Moving on updates the row; `visit` tells one stay at a node from the next."""

    class State(models.TextChoices):
        LIVE = "live", "在途"
        ENDED = "ended", "已结束"

    process = models.ForeignKey(Process, models.PROTECT, related_name="+", db_index=False, verbose_name="流程")
    scope = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name="所在子流程"
    )
    node_id = models.CharField("节点", max_length=100)
    flow_id = models.CharField("来路", max_length=100, blank=True)
    state = models.CharField("状态", max_length=5, choices=State.choices, default=State.LIVE)
    outcome = models.CharField("最近结果", max_length=60, blank=True)
    loop = models.JSONField("多实例", null=True, blank=True)
    visit = models.PositiveIntegerField("次序", default=1)
    entered_at = models.DateTimeField("到达时间")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "令牌"
        indexes = [models.Index(fields=["process"], name="workflow_token_live", condition=Q(state="live"))]

    def __str__(self) -> str:
        return f"{self.node_id} #{self.pk}"


class WorkItem(models.Model):
    """One thing for one person to do: a user task, or one instance of a multi-instance one. Kept as history."""

    class State(models.TextChoices):
        OPEN = "open", "待办"
        DONE = "done", "已办"
        CANCELLED = "cancelled", "已取消"

    root = models.ForeignKey(Process, models.PROTECT, related_name="+", db_index=False, verbose_name="顶层流程")
    process = models.ForeignKey(Process, models.PROTECT, related_name="+", db_index=False, verbose_name="流程")
    token = models.ForeignKey(Token, models.PROTECT, related_name="+", db_index=False, verbose_name="令牌")
    subject_type = models.CharField("对象类型", max_length=60)
    subject_id = models.BigIntegerField("对象编号")
    node_id = models.CharField("节点", max_length=100)
    name = models.CharField("环节", max_length=100)
    act = models.CharField("业务动作", max_length=40, blank=True)
    role = models.CharField("岗位角色", max_length=40)
    other_role = models.CharField("另一可办角色", max_length=40, blank=True)
    assignee = models.ForeignKey(
        "accounts.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name="指定办理人",
    )
    number = models.PositiveIntegerField("序号", default=1)
    element = models.JSONField("多实例对象", null=True, blank=True)
    region_path = models.CharField("行政区划路径", max_length=80, blank=True)
    department_path = models.CharField("机构路径", max_length=120, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField("到达时间")
    due_at = models.DateTimeField("环节时限", null=True, blank=True)
    closed_at = models.DateTimeField("办理时间", null=True, blank=True)
    closed_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name="办理人"
    )
    closed_by_name = models.CharField("办理人姓名", max_length=50, blank=True)
    outcome = models.CharField("办理结果", max_length=60, blank=True)
    opinion = models.TextField("办理意见", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "待办事项"
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="workflow_item_subject"),
            models.Index(fields=["process"], name="workflow_item_process"),
            # the desk: whose turn, in which department or region, oldest first
            models.Index(
                fields=["role", "department_path", "id"],
                name="workflow_item_desk",
                opclasses=["varchar_ops", "varchar_pattern_ops", "int8_ops"],
                condition=Q(state="open"),
            ),
            models.Index(
                fields=["role", "region_path", "id"],
                name="workflow_item_region_desk",
                opclasses=["varchar_ops", "varchar_pattern_ops", "int8_ops"],
                condition=Q(state="open"),
            ),
            models.Index(
                fields=["assignee", "id"],
                name="workflow_item_own_desk",
                condition=Q(state="open", assignee__isnull=False),
            ),
            models.Index(
                fields=["other_role", "department_path", "id"],
                name="workflow_item_other_desk",
                opclasses=["varchar_ops", "varchar_pattern_ops", "int8_ops"],
                condition=Q(state="open") & ~Q(other_role=""),
            ),
            models.Index(fields=["token"], name="workflow_item_token", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"


class Timer(models.Model):
    """A moment at which a waiting event or a boundary fires; survives any restart."""

    class State(models.TextChoices):
        PENDING = "pending", "等待"
        FIRED = "fired", "已触发"
        CANCELLED = "cancelled", "已取消"

    root = models.ForeignKey(Process, models.PROTECT, related_name="+", db_index=False, verbose_name="顶层流程")
    token = models.ForeignKey(Token, models.PROTECT, related_name="+", db_index=False, verbose_name="令牌")
    node_id = models.CharField("定时事件", max_length=100)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PENDING)
    due_at = models.DateTimeField("到期时间")
    try_at = models.DateTimeField("下次尝试")
    fired_at = models.DateTimeField("触发时间", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("失败次数", default=0)
    last_error = models.TextField("最近错误", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "定时器"
        indexes = [
            models.Index(fields=["try_at"], name="workflow_timer_due", condition=Q(state="pending")),
            models.Index(fields=["token"], name="workflow_timer_token", condition=Q(state="pending")),
        ]

    def __str__(self) -> str:
        return f"{self.node_id} #{self.pk}"


class Step(models.Model):
    """A step that no person did: service task, decision, event, sub-process, called process."""

    process = models.ForeignKey(Process, models.PROTECT, related_name="+", db_index=False, verbose_name="流程")
    node_id = models.CharField("节点", max_length=100)
    kind = models.CharField("类别", max_length=20)
    outcome = models.CharField("结果", max_length=100, blank=True)
    note = models.JSONField("说明", null=True, blank=True)
    started_at = models.DateTimeField("到达时间")
    ended_at = models.DateTimeField("离开时间")

    class Meta:
        verbose_name = verbose_name_plural = "自动环节记录"
        indexes = [models.Index(fields=["process"], name="workflow_step_process")]

    def __str__(self) -> str:
        return f"{self.node_id} #{self.pk}"
