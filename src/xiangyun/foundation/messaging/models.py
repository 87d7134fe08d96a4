"""Templates, messages, and the log of what left the house."""

from django.db import models
from django.db.models import Q


class Template(models.Model):
    """A message with {placeholders}, from the pack."""

    code = models.CharField("编码", max_length=40, unique=True)
    title = models.CharField("标题", max_length=80)
    body = models.TextField("正文")
    fields = models.JSONField("占位符", default=list)
    channels = models.JSONField("渠道", default=list, help_text="站内之外的渠道：sms、email")
    is_retired = models.BooleanField("停用", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "消息模板"

    def __str__(self) -> str:
        return self.code


class Message(models.Model):
    """One message in the centre of one account."""

    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", db_index=False, verbose_name="收件人")
    template = models.CharField("模板", max_length=40)
    title = models.CharField("标题", max_length=200)
    body = models.TextField("正文")
    link = models.CharField("链接", max_length=300, blank=True)
    sent_at = models.DateTimeField("发送时间")
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        indexes = [
            models.Index(fields=["user", "-id"], name="messaging_by_user"),
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="messaging_unread"),
        ]

    def __str__(self) -> str:
        return self.title


class Dispatch(models.Model):
    """One message on its way by one channel; the address is kept masked, it can be read from the account."""

    class Channel(models.TextChoices):
        SMS = "sms", "短信"
        EMAIL = "email", "电子邮件"

    class State(models.TextChoices):
        QUEUED = "queued", "待发送"
        SENT = "sent", "已发送"
        FAILED = "failed", "发送失败"
        SKIPPED = "skipped", "无联系方式"

    message = models.ForeignKey(Message, models.PROTECT, related_name="dispatches", verbose_name="消息")
    channel = models.CharField("渠道", max_length=10, choices=Channel.choices)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.QUEUED)
    masked_address = models.CharField("联系方式", max_length=100, blank=True)
    receipt = models.CharField("回执号", max_length=100, blank=True)
    error = models.CharField("失败原因", max_length=300, blank=True)
    done_at = models.DateTimeField("完成时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "消息发送记录"

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.masked_address}"
