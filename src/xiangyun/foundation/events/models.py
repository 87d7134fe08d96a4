"""The outbox and its deliveries."""

from django.db import models
from django.db.models import Q


class OutboxEvent(models.Model):
    """A fact, written in the transaction of the act that made it true."""

    name = models.CharField("事件", max_length=80)
    payload = models.JSONField("内容")
    occurred_at = models.DateTimeField("发生时间")

    class Meta:
        verbose_name = verbose_name_plural = "事件"

    def __str__(self) -> str:
        return f"{self.name}#{self.pk}"


class Delivery(models.Model):
    """The duty to tell one receiver of one event."""

    class State(models.TextChoices):
        PENDING = "pending", "待投递"
        DONE = "done", "已完成"
        DEAD = "dead", "失败待处理"

    event = models.ForeignKey(OutboxEvent, models.PROTECT, related_name="+", db_index=False, verbose_name="事件")
    receiver = models.CharField("接收者", max_length=80)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField("已尝试次数", default=0)
    last_error = models.TextField("最近错误", blank=True)
    next_attempt_at = models.DateTimeField("下次尝试时间")

    class Meta:
        verbose_name = verbose_name_plural = "事件投递"
        constraints = [models.UniqueConstraint(fields=["event", "receiver"], name="events_one_delivery_a_receiver")]
        indexes = [
            models.Index(fields=["next_attempt_at", "id"], condition=Q(state="pending"), name="events_pending"),
            models.Index(fields=["id"], condition=Q(state="dead"), name="events_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.receiver}←{self.event_id}"
