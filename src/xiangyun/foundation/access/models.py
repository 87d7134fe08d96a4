"""Roles (sets of rights) and their grants to persons on a subtree of divisions and departments."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Role(models.Model):
    """A role of the catalogue; its rights are codes `app.operation`."""

    class DutyGroup(models.TextChoices):
        """Who holds a role of one group holds none of another (三员分立)."""

        BUSINESS = "business", "业务角色"
        SYSTEM = "system", "系统管理"
        SECURITY = "security", "安全保密管理"
        AUDIT = "audit", "审计管理"

    code = models.CharField("角色代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=40)
    duties = models.CharField("职责", max_length=300, blank=True)
    duty_group = models.CharField("职责类别", max_length=10, choices=DutyGroup.choices, default=DutyGroup.BUSINESS)
    rights = ArrayField(models.CharField(max_length=80), verbose_name="权限", default=list)
    is_withdrawn = models.BooleanField("已停用", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "角色"

    def __str__(self) -> str:
        return self.name


class RoleGrant(models.Model):
    """A role given to a person on a subtree; an empty department means every department of the divisions."""

    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="人员")
    role = models.ForeignKey(Role, models.PROTECT, related_name="grants", verbose_name="角色")
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", verbose_name="区划范围")
    department = models.ForeignKey(
        "organisations.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="机构范围"
    )
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期", null=True, blank=True)
    granted_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="授权人"
    )
    granted_at = models.DateTimeField("授权时间")
    revoked_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="收回人"
    )
    revoked_at = models.DateTimeField("收回时间", null=True, blank=True)
    reason = models.CharField("事由", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "授权"
        indexes = [
            models.Index(fields=["user"], condition=models.Q(revoked_at__isnull=True), name="access_live_grants"),
            models.Index(fields=["role", "region"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="access_grant_dates",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}:{self.role_id}"
