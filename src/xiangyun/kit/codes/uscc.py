"""Unified social credit code (GB 32100-2015) and the organisation code inside it (GB 11714-1997)."""

import re

from xiangyun.kit.errors import ValidationError

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_SHAPE = re.compile(rf"[{_ALPHABET}]{{2}}[0-9]{{6}}[{_ALPHABET}]{{10}}")
_ORG_SHAPE = re.compile(r"[0-9A-Z]{8}[0-9X]")
# 登记管理部门 1 + 机构类别 1
USCC_KINDS = {
    "11": "机关", "12": "事业单位", "13": "编办直接管理机构编制的群众团体", "19": "机构编制其他",
    "21": "外国常驻机构", "29": "外交其他",
    "31": "律师执业机构", "32": "公证处", "33": "基层法律服务所", "34": "司法鉴定机构", "35": "仲裁委员会",
    "39": "司法行政其他",
    "41": "外国在华文化中心", "49": "文化其他",
    "51": "社会团体", "52": "民办非企业单位", "53": "基金会", "59": "民政其他",
    "61": "外国旅游部门常驻代表机构", "62": "港澳台地区旅游部门常驻内地（大陆）代表机构", "69": "旅游其他",
    "71": "宗教活动场所", "72": "宗教院校", "79": "宗教其他",
    "81": "基层工会", "89": "工会其他",
    "91": "企业", "92": "个体工商户", "93": "农民专业合作社",
    "A1": "军队事业单位", "A9": "军队其他",
    "N1": "组级集体经济组织", "N2": "村级集体经济组织", "N3": "乡镇级集体经济组织", "N9": "农业其他",
    "Y1": "其他",
}  # fmt: skip


def org_code_check_character(first8: str) -> str:
    """Return the 9th character of an organisation code (GB 11714)."""
    total = sum(int(char, 36) * weight for char, weight in zip(first8, _ORG_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def check_org_code(value: str) -> str:
    """Return the 9 characters without dash, or refuse the code.

    Raises: ValidationError.
    """
    code = value.strip().upper().replace("-", "")
    if not _ORG_SHAPE.fullmatch(code):
        raise ValidationError("组织机构代码应为9位（8位数字或大写字母加1位校验码），请核对后重新填写。")
    if org_code_check_character(code[:8]) != code[8]:
        raise ValidationError("组织机构代码的校验码不正确，请核对是否有输错的字符。")
    return code


def make_org_code(first8: str) -> str:
    """Return the code of 8 digits or capitals."""
    return first8 + org_code_check_character(first8)


def uscc_check_character(first17: str) -> str:
    """Return the 18th character (GB 32100)."""
    total = sum(_ALPHABET.index(char) * weight for char, weight in zip(first17, _WEIGHTS, strict=True))
    return _ALPHABET[(31 - total % 31) % 31]


def check_uscc(value: str) -> str:
    """Return the code in capitals, or refuse it.

    Only the outer check character is asked for: codes are in use whose inner organisation code breaks its own rule.

    Raises: ValidationError.
    """
    code = value.strip().upper()
    if not _SHAPE.fullmatch(code):
        raise ValidationError("统一社会信用代码应为18位数字或大写字母（不含I、O、Z、S、V），请核对后重新填写。")
    if code[:2] not in USCC_KINDS:
        raise ValidationError("统一社会信用代码的前两位不正确，请对照营业执照或登记证书核对。")
    if uscc_check_character(code[:17]) != code[17]:
        raise ValidationError("统一社会信用代码的校验位不正确，请核对是否有输错的字符。")
    return code


def is_uscc(value: str) -> bool:
    """Say whether `check_uscc` would take the code."""
    try:
        check_uscc(value)
    except ValidationError:
        return False
    return True


def make_uscc(kind: str, region: str, subject: str) -> str:
    """Return the code of a kind (`91`), a 6-digit region code and the first 8 characters of the subject's code."""
    if (
        kind not in USCC_KINDS
        or not re.fullmatch(r"[0-9]{6}", region)
        or not re.fullmatch(rf"[{_ALPHABET}]{{8}}", subject)
    ):
        raise ValueError("kind, 6-digit region and 8 characters of the subject needed")
    first17 = kind + region + make_org_code(subject)
    return first17 + uscc_check_character(first17)
