"""Guides: how a catalog entry is carried out, in frozen versions."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from xiangyun.service.items.models.catalog import CatalogEntry, MaterialStandard


class Guide(models.Model):
    """One version of the province's guide (办事指南) of a catalog entry; a published version never changes.

    Implementations take all unified elements from it and add only what is local.
    """

    catalog = models.ForeignKey(CatalogEntry, models.PROTECT, related_name="guides", verbose_name="基本目录")
    version = models.PositiveIntegerField("版本")
    is_current = models.BooleanField("现行版本", default=True)
    digest = models.CharField("内容摘要", max_length=64)
    title = models.CharField("名称", max_length=200)
    case_type = models.CharField("办件类型", max_length=1, choices=CatalogEntry.CaseType.choices)
    legal_limit = models.PositiveSmallIntegerField("法定办结时限", null=True)
    legal_unit = models.CharField("法定时限单位", max_length=10, choices=CatalogEntry.Unit.choices, blank=True)
    legal_note = models.CharField("法定时限依据", max_length=200, blank=True)
    promise_limit = models.PositiveSmallIntegerField("承诺办结时限")
    promise_unit = models.CharField("承诺时限单位", max_length=10, choices=CatalogEntry.Unit.choices)
    audience = models.JSONField("服务对象", default=list)
    accept_conditions = models.JSONField("受理条件", default=list)
    conditions = models.JSONField("可以核对的条件", default=list, help_text="when、text、next、handling 的列表")
    situations = models.JSONField("办理情形", default=list)
    steps = models.JSONField("办理流程", default=list)
    special_procedures = models.JSONField("特别程序", default=list)
    fee = models.CharField("收费", max_length=300)
    faq = models.JSONField("常见问题", default=list)
    result_name = models.CharField("办理结果", max_length=200)
    certificate_types = models.JSONField("结果证照类型", default=list)
    certificates = models.JSONField("业务办理项的结果证照类型", default=dict, help_text="与第一种不同的；空为不发证")
    delivery = models.JSONField("送达方式", default=list)
    online_depth = models.PositiveSmallIntegerField("网办深度")
    onsite_visits = models.PositiveSmallIntegerField("到现场次数")
    onsite_reason = models.CharField("到现场原因", max_length=200, blank=True)
    consult = models.CharField("咨询方式", max_length=200)
    complaint = models.CharField("监督投诉方式", max_length=200)
    remedy = models.TextField("救济途径")
    form_key = models.CharField("表单", max_length=80, help_text="各业务办理项的表单为本标识加两位序号")
    process_key = models.CharField("流程", max_length=80)
    search = SearchVectorField("检索", null=True)
    initials = models.TextField("拼音首字母", blank=True)
    pinyin = models.TextField("拼音", blank=True)
    loaded_at = models.DateTimeField("载入时间")

    class Meta:
        verbose_name = verbose_name_plural = "办事指南"
        constraints = [
            models.UniqueConstraint(fields=["catalog", "version"], name="items_guide_version"),
            models.UniqueConstraint(fields=["catalog"], condition=Q(is_current=True), name="items_one_current_guide"),
        ]
        indexes = [GinIndex(fields=["search"], name="items_guide_search")]

    def __str__(self) -> str:
        return f"{self.title}（第{self.version}版）"


class GuideMaterial(models.Model):
    """A material that a guide asks for, and when."""

    guide = models.ForeignKey(Guide, models.CASCADE, related_name="materials", verbose_name="办事指南")
    material = models.ForeignKey(MaterialStandard, models.PROTECT, related_name="+", verbose_name="材料")
    order = models.PositiveSmallIntegerField("顺序")
    name = models.CharField("材料名称", max_length=200)
    kind = models.PositiveSmallIntegerField("材料类型")
    form = models.PositiveSmallIntegerField("材料形式", help_text="1 纸质 2 电子化 3 纸质/电子化")
    necessity = models.PositiveSmallIntegerField("必要性", help_text="1 必要 2 非必要 3 容缺后补")
    source = models.PositiveSmallIntegerField("来源渠道", help_text="10 申请人自备 20 政府部门核发 99 其他")
    source_note = models.CharField("来源说明", max_length=200, blank=True)
    originals = models.PositiveSmallIntegerField("原件份数", default=0)
    copies = models.PositiveSmallIntegerField("复印件份数", default=0)
    exempt_mode = models.CharField("免提交方式", max_length=20)
    certificate_types = models.JSONField("可替代的证照类型", default=list)
    data_resources = models.JSONField("可替代的数据资源", default=list)
    is_deferrable = models.BooleanField("可容缺后补", default=False)
    can_commit = models.BooleanField("可告知承诺", default=False)
    conditions = models.JSONField("适用情形", default=list, help_text="q 与 in 的列表，全部满足时需要")
    note = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "申请材料"
        ordering = ["guide", "order"]
        constraints = [models.UniqueConstraint(fields=["guide", "order"], name="items_material_order")]

    def __str__(self) -> str:
        return self.name
