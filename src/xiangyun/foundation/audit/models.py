"""One row an act; triggers of migration 0002 refuse to change or delete it."""

from django.db import models


class AuditRecord(models.Model):
    """Who did what to which object, from where, why, and with what result.

    People and objects are named by id and label, not by foreign key: the record outlives them. The chain that links
    records (`h_n = SM3(h_{n-1} ‖ digest)`) needs the order of commit, so it belongs in rows written afterwards.
    """

    class Risk(models.TextChoices):
        NORMAL = "normal", "一般"
        SENSITIVE = "sensitive", "敏感"
        HIGH = "high", "高风险"

    at = models.DateTimeField("时间")
    user_id = models.BigIntegerField("操作人编号", null=True)
    user_name = models.CharField("操作人", max_length=100)
    is_official = models.BooleanField("工作人员")
    firm_id = models.BigIntegerField("代表的法人编号", null=True)
    firm_name = models.CharField("代表的法人", max_length=200, blank=True)
    channel = models.CharField("渠道", max_length=20, blank=True)
    ip = models.CharField("来源地址", max_length=45, blank=True)
    session = models.CharField("会话", max_length=64, blank=True)
    trace = models.CharField("跟踪号", max_length=64, blank=True)
    action = models.CharField("操作", max_length=80)
    subject_type = models.CharField("对象类型", max_length=60)
    subject_id = models.CharField("对象编号", max_length=64)
    label = models.CharField("对象名称", max_length=200, blank=True)
    details = models.JSONField("详情", default=dict)
    reason = models.TextField("理由", blank=True)
    risk = models.CharField("风险", max_length=10, choices=Risk.choices, default=Risk.NORMAL)
    digest = models.CharField("SM3摘要", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "审计记录"
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="audit_by_subject"),
            models.Index(fields=["user_id", "at", "id"], name="audit_by_person"),
            models.Index(fields=["at", "id"], name="audit_by_moment"),
            # the acts worth a second look are few, so the index costs the others nothing
            models.Index(fields=["risk", "at", "id"], condition=~models.Q(risk="normal"), name="audit_by_risk"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.user_name} {self.action} {self.subject_type}:{self.subject_id}"
