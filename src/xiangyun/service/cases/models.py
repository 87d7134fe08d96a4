"""Cases, their materials and the acts done on them; papers are documents, clocks are clocks, steps are work items."""

import uuid

from django.db import models
from django.db.models import Q

from xiangyun.kit.privacy.fields import EncryptedTextField


class Case(models.Model):
    """One application (办件) for one handling item."""

    class Status(models.TextChoices):
        DRAFT = "draft", "暂存"
        SUBMITTED = "submitted", "已提交"
        PRE_REVIEW = "pre_review", "预审中"
        RECEIVED = "received", "已收件"
        SUPPLEMENT_PENDING = "supplement_pending", "待补正"
        IN_REVIEW = "in_review", "审查中"
        SPECIAL_PROCEDURE = "special_procedure", "特别程序"
        CERTIFYING = "certifying", "制证中"
        DELIVERING = "delivering", "待领取"
        COMPLETED = "completed", "已办结"
        REFUSED = "refused", "不予受理"
        NOT_APPLICABLE = "not_applicable", "不受理"
        RETURNED = "returned", "已退件"
        WITHDRAWN = "withdrawn", "已撤回"
        VOIDED = "voided", "已作废"
        ARCHIVED = "archived", "已归档"

    class Decision(models.TextChoices):
        APPROVED = "approved", "准予"
        DENIED = "denied", "不予"

    class ApplicantKind(models.TextChoices):
        """applicant_type of the exchange tables."""

        PERSON = "1", "自然人"
        ORGANISATION = "2", "法人或其他组织"

    class Source(models.TextChoices):
        """申报来源."""

        PC = "1", "电脑端网上"
        MOBILE = "2", "移动端网上"
        WINDOW = "8", "线下综合窗口"

    class ResultType(models.TextChoices):
        """办结结果."""

        ISSUED = "0", "出证办结"
        NOT_PERMITTED = "1", "退回（不予许可）"
        VOIDED = "2", "作废"
        SUPPLEMENT_MISSED = "5", "补正不来"
        OTHER = "6", "其他办结"

    key = models.UUIDField("对外标识", unique=True, default=uuid.uuid4, editable=False)
    project_no = models.CharField("办件编号", max_length=50, unique=True, null=True)
    query_code = models.CharField("查询码", max_length=20, unique=True, null=True)
    request_id = models.CharField("请求标识", max_length=64)
    handling_item = models.ForeignKey("items.HandlingItem", models.PROTECT, related_name="+", verbose_name="业务办理项")
    item_name = models.CharField("事项名称", max_length=200)
    task_version = models.PositiveIntegerField("事项版本")
    department = models.ForeignKey(
        "organisations.Department", models.PROTECT, related_name="+", verbose_name="实施主体"
    )
    region_path = models.CharField("区划路径", max_length=80)
    department_path = models.CharField("机构路径", max_length=120)
    applicant_kind = models.CharField("申请人类型", max_length=1, choices=ApplicantKind.choices)
    applicant_user = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+", verbose_name="申请人账号"
    )
    applicant_firm = models.ForeignKey(
        "accounts.Firm", models.PROTECT, null=True, related_name="+", verbose_name="申请单位"
    )
    applicant_name = models.CharField("申请人", max_length=100)
    applicant_code = EncryptedTextField("申请人证件号码", mask="citizen_id")
    applicant_code_index = models.CharField("证件号码索引", max_length=64)
    contact_mobile = EncryptedTextField("联系手机", mask="mobile", blank=True)
    source = models.CharField("申报来源", max_length=1, choices=Source.choices)
    situation = models.JSONField("办理情形", default=dict)
    form = models.ForeignKey("forms.FilledForm", models.PROTECT, null=True, related_name="+", verbose_name="申请表单")
    status = models.CharField("状态", max_length=20, choices=Status.choices, default=Status.DRAFT)
    process_id = models.BigIntegerField("流程实例", null=True)
    decision = models.CharField("决定", max_length=10, choices=Decision.choices, blank=True)
    result_type = models.CharField("办结结果", max_length=1, choices=ResultType.choices, blank=True)
    certificate_key = models.CharField("结果证照", max_length=120, blank=True)
    accepted_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", verbose_name="受理人")
    due_on = models.DateField("承诺办结日", null=True)
    supplement_until = models.DateField("补正截止日", null=True)
    created_at = models.DateTimeField("创建时间")
    submitted_at = models.DateTimeField("提交时间", null=True)
    received_at = models.DateTimeField("收件时间", null=True)
    accepted_at = models.DateTimeField("受理时间", null=True)
    decided_at = models.DateTimeField("决定时间", null=True)
    completed_at = models.DateTimeField("办结时间", null=True)
    supplements = models.PositiveSmallIntegerField("补正次数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "办件"
        constraints = [
            models.UniqueConstraint(fields=["applicant_user", "request_id"], name="cases_one_case_a_request"),
        ]
        indexes = [
            models.Index(fields=["applicant_user", "-id"]),
            models.Index(fields=["applicant_firm", "-id"]),
            models.Index(fields=["region_path", "-id"]),
            models.Index(fields=["department", "status", "-id"]),
            models.Index(fields=["applicant_code_index"]),
            models.Index(fields=["status", "submitted_at"]),
            # searched by the beginning of a name, and for what is late
            models.Index(
                fields=["applicant_name"], name="cases_case_applicant_begins", opclasses=["varchar_pattern_ops"]
            ),
            models.Index(fields=["item_name"], name="cases_case_item_begins", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["due_on"], name="cases_case_undecided_due", condition=Q(decided_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.project_no or f"{self.item_name}（{self.get_status_display()}）"


class CaseMaterial(models.Model):
    """One material the case asks for, and how it came (收取方式)."""

    class GetType(models.TextChoices):
        """get_type of the exchange tables, of which 4 容缺后补 is not in use; 6 and 7 are the platform's own."""

        PAPER = "1", "纸质收取"
        UPLOAD = "2", "附件上传"
        SCAN = "3", "扫描"
        CERTIFICATE = "5", "电子证照"
        FORM = "6", "系统生成表单"
        COMMITMENT = "7", "告知承诺替代"

    case = models.ForeignKey(Case, models.CASCADE, related_name="materials", verbose_name="办件")
    code = models.CharField("材料编码", max_length=20)
    name = models.CharField("材料名称", max_length=200)
    order = models.PositiveSmallIntegerField("顺序")
    is_required = models.BooleanField("必要", default=True)
    can_commit = models.BooleanField("可告知承诺", default=False)
    get_type = models.CharField("收取方式", max_length=1, choices=GetType.choices, blank=True)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, related_name="+", verbose_name="附件")
    file_name = models.CharField("附件名称", max_length=200, blank=True)
    certificate_key = models.CharField("证照标识", max_length=120, blank=True)
    source_note = models.CharField("来源说明", max_length=200, blank=True)
    trust_level = models.CharField("可信等级", max_length=1, blank=True)
    wanted_again = models.CharField("补正要求", max_length=300, blank=True)
    provided_at = models.DateTimeField("提供时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "申请材料"
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["case", "code"], name="cases_one_row_a_material")]

    def __str__(self) -> str:
        return self.name


class CaseAct(models.Model):
    """One thing done on a case (业务动作, GB/T 39046 table 7); never changed, never deleted."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="acts", verbose_name="办件")
    act = models.CharField("动作", max_length=30)
    name = models.CharField("动作名称", max_length=60)
    from_status = models.CharField("原状态", max_length=20, choices=Case.Status.choices, blank=True)
    to_status = models.CharField("新状态", max_length=20, choices=Case.Status.choices)
    actor_user = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", verbose_name="经办人")
    actor_name = models.CharField("经办人姓名", max_length=50)
    is_official = models.BooleanField("工作人员")
    opinion = models.TextField("意见", blank=True)
    facts = models.JSONField("附记", default=dict)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "办件过程"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.name} {self.actor_name}"


class Serial(models.Model):
    """The last number given out within one series, e.g. a task code on one day."""

    series = models.CharField("序列", max_length=60, primary_key=True)
    last = models.PositiveIntegerField("最后一号")

    class Meta:
        verbose_name = verbose_name_plural = "编号序列"

    def __str__(self) -> str:
        return f"{self.series}: {self.last}"
