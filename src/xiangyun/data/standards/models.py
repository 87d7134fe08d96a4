"""Data elements and code tables."""

from django.db import models


class CodeTable(models.Model):
    """A list of codes: a national standard's, or the platform's own; `region` is held by the divisions instead."""

    code = models.CharField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=60)
    standard = models.CharField("标准", max_length=60, blank=True)
    is_partial = models.BooleanField("未列全", default=False)
    note = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "代码表"

    def __str__(self) -> str:
        return self.name


class CodeValue(models.Model):
    """One code of a table; codes that nobody should choose any more, or only a machine, are not offered."""

    table = models.ForeignKey(CodeTable, models.CASCADE, related_name="values", verbose_name="代码表")
    code = models.CharField("代码", max_length=20)
    name = models.CharField("名称", max_length=100)
    position = models.PositiveSmallIntegerField("顺序")
    is_offered = models.BooleanField("可选", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "代码"
        constraints = [models.UniqueConstraint(fields=["table", "code"], name="standards_code_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class DataElement(models.Model):
    """One kind of fact with its form, its level of protection and its authoritative source."""

    class DataType(models.TextChoices):
        TEXT = "C", "字符"
        NUMBER = "N", "数值"
        MONEY = "Y", "货币"
        DATE = "D", "日期"
        DATETIME = "T", "日期时间"
        BOOLEAN = "L", "逻辑"
        BINARY = "G", "通用"
        INTEGER = "I", "整型"

    class Level(models.TextChoices):
        PUBLIC = "L1", "公开"
        INTERNAL = "L2", "内部"
        SENSITIVE = "L3", "敏感"
        CRITICAL = "L4", "高敏"

    class Mask(models.TextChoices):
        """Masking kinds of the platform; `full` shows nothing of a value but that there is one."""

        NONE = "none", "不脱敏"
        NAME = "name", "姓名"
        CITIZEN_ID = "citizen_id", "公民身份号码"
        MOBILE = "mobile", "手机号"
        PHONE = "phone", "固定电话"
        ADDRESS = "address", "地址"
        BANK_CARD = "bank_card", "银行账号"
        EMAIL = "email", "电子邮箱"
        BIRTH_DATE = "birth_date", "出生日期"
        PASSPORT = "passport", "护照"
        PLATE = "plate", "车牌"
        FULL = "full", "全部遮盖"
        HIDDEN = "hidden", "不显示"

    code = models.CharField("标识", max_length=40, unique=True)
    name = models.CharField("名称", max_length=60)
    name_en = models.CharField("英文名称", max_length=100)
    data_type = models.CharField("数据类型", max_length=1, choices=DataType.choices)
    length = models.CharField("长度", max_length=10)
    table = models.ForeignKey(CodeTable, models.PROTECT, null=True, related_name="+", verbose_name="代码表")
    is_region = models.BooleanField("取值为行政区划", default=False)
    mask = models.CharField("脱敏方式", max_length=10, choices=Mask.choices)
    level = models.CharField("分级", max_length=2, choices=Level.choices)
    source_department = models.ForeignKey(
        "organisations.Department", models.PROTECT, null=True, related_name="+", verbose_name="来源部门"
    )
    source = models.CharField("来源", max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "数据元"

    def __str__(self) -> str:
        return self.name
