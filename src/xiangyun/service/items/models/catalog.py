"""What the province's items are, whoever carries them out: basic catalog, material library, themes, synonyms."""

from django.db import models


class ItemStatus(models.TextChoices):
    """事项状态."""

    ACTIVE = "1", "在用"
    SUSPENDED = "2", "暂停"
    CANCELLED = "3", "取消"


class CatalogEntry(models.Model):
    """An entry of the basic catalog (基本目录), the same at every level (12-digit code)."""

    class Type(models.TextChoices):
        """事项类型 (GB/T 39046 A.1), those on application."""

        PERMIT = "01", "行政许可"
        PAYMENT = "05", "行政给付"
        CONFIRMATION = "07", "行政确认"
        REWARD = "08", "行政奖励"
        RULING = "09", "行政裁决"
        OTHER = "10", "其他行政权力"
        PUBLIC_SERVICE = "20", "公共服务"

    class CaseType(models.TextChoices):
        """办件类型 (GB/T 39046 A.6)."""

        INSTANT = "1", "即办件"
        COMMITTED = "2", "承诺件"

    class Audience(models.TextChoices):
        """服务对象 (GB/T 39046 A.4)."""

        PERSON = "1", "自然人"
        ENTERPRISE = "2", "企业"
        INSTITUTION = "3", "事业单位"
        SOCIAL = "4", "社会组织"
        AGENCY = "5", "行政机关"
        OTHER = "6", "其他组织"

    class Unit(models.TextChoices):
        """时限单位."""

        WORKDAY = "workday", "个工作日"
        DAY = "day", "日"
        MONTH = "month", "个月"

    catalog_code = models.CharField("基本编码", max_length=12, unique=True)
    key = models.CharField("内容包标识", max_length=60, unique=True)
    name = models.CharField("事项名称", max_length=200)
    item_type = models.CharField("事项类型", max_length=2, choices=Type.choices)
    lead_code = models.CharField("牵头部门码", max_length=2)
    department = models.ForeignKey(
        "organisations.Department", models.PROTECT, related_name="+", verbose_name="牵头部门"
    )
    levels = models.JSONField("行使层级", default=list)
    legal_basis = models.JSONField("设定依据", default=list)
    case_type = models.CharField("办件类型", max_length=1, choices=CaseType.choices)
    legal_limit = models.PositiveSmallIntegerField("法定办结时限", null=True, blank=True)
    legal_unit = models.CharField("法定时限单位", max_length=10, choices=Unit.choices, blank=True)
    legal_note = models.CharField("法定时限依据", max_length=200, blank=True)
    audience = models.JSONField("服务对象", default=list)
    person_themes = models.JSONField("自然人主题", default=list)
    org_themes = models.JSONField("法人主题", default=list)
    is_fee = models.BooleanField("收费", default=False)
    fee_note = models.CharField("收费标准", max_length=300, blank=True)
    fee_basis = models.CharField("收费依据", max_length=300, blank=True)
    result_name = models.CharField("办理结果", max_length=200, blank=True)
    handling = models.JSONField("业务办理项", default=list, help_text="{id, serial, name, full_name, kind}")
    exercise = models.JSONField("实施机构标识", default=dict, help_text="{province, local, town, village}")
    status = models.CharField("状态", max_length=1, choices=ItemStatus.choices, default=ItemStatus.ACTIVE)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "基本目录"

    def __str__(self) -> str:
        return self.name


class MaterialStandard(models.Model):
    """A material of the library (材料库): named once, used by many guides."""

    code = models.CharField("材料编码", max_length=20, unique=True)
    name = models.CharField("材料名称", max_length=200)
    kind = models.PositiveSmallIntegerField("材料类型", help_text="1 证件证书证明 2 申请表格文书 3 其他")
    certificate_types = models.JSONField("可替代的证照类型", default=list)
    data_resources = models.JSONField("可替代的数据资源", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "材料库"

    def __str__(self) -> str:
        return self.name


class Theme(models.Model):
    """A theme (主题) under which people look for items."""

    class Audience(models.TextChoices):
        PERSON = "person", "自然人"
        ORGANISATION = "org", "法人"

    audience = models.CharField("对象", max_length=10, choices=Audience.choices)
    code = models.CharField("主题编码", max_length=3)
    name = models.CharField("主题名称", max_length=40)
    icon = models.CharField("图标", max_length=40)
    order = models.PositiveSmallIntegerField("顺序")

    class Meta:
        verbose_name = verbose_name_plural = "主题"
        constraints = [models.UniqueConstraint(fields=["audience", "code"], name="items_theme_code")]

    def __str__(self) -> str:
        return self.name


class Synonym(models.Model):
    """Words that mean the same to a searcher: `words` are people's words, `terms` those of the library."""

    words = models.JSONField("说法", default=list)
    terms = models.JSONField("事项用语", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "同义词"

    def __str__(self) -> str:
        return "、".join(self.words)
