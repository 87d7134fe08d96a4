"""From what was typed to typed answers, and what is wrong with them in one Chinese sentence a field."""

import json
import math
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.datastructures import MultiValueDict

from xiangyun.foundation.forms.queries.definitions import Definition, Field
from xiangyun.foundation.forms.queries.formats import FORMATS
from xiangyun.foundation.forms.queries.sentences import sentence_of
from xiangyun.foundation.forms.queries.visibility import fits_options, list_visible
from xiangyun.foundation.regions import api as regions
from xiangyun.kit.errors import ValidationError

Answers = dict[str, Any]

ASKED = "xy-fields"
REVISION = "xy-revision"
MAX_DIGITS = 15  # what a JSON number carries everywhere without loss
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u0085\u2028\u2029\ufeff]")
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_DATE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?\Z")
_LEVEL_NAMES = {2: "市（州）", 3: "县（市、区）", 4: "乡镇（街道）", 5: "村（社区）"}


def parse_post(definition: Definition, data: MultiValueDict[str, str]) -> Answers:
    """Read posted fields into answers; None means emptied, what cannot be read stays as typed to be shown again."""
    asked = (data.get(ASKED) or "").split(",")
    names = [name for name in definition.fields if name in data or name in asked]
    return {name: _parse(definition.fields[name], data.getlist(name)) for name in names}


def check_answers(definition: Definition, answers: Mapping[str, Any]) -> Answers:
    """Return the answers to the visible questions in normal spelling.

    Raises: ValidationError with a sentence for each wrong field.
    """
    clean, problems = examine(definition, answers)
    if problems:
        raise invalid(problems)
    return clean


def invalid(problems: dict[str, str]) -> ValidationError:
    """Return the refusal that carries a sentence for each field."""
    error = ValidationError()
    # not as keywords: a field may be called "message"
    error.details = dict(problems)
    return error


def examine(definition: Definition, answers: Mapping[str, Any]) -> tuple[Answers, dict[str, str]]:
    """Return the visible answers in normal spelling and a sentence for each wrong, missing or unknown field."""
    tidy, problems = tidy_answers(definition, answers)
    visible = list_visible(definition, tidy)
    problems = {name: text for name, text in problems.items() if name in visible or name not in definition.fields}
    clean = {name: tidy[name] for name in visible if name in tidy}
    for error in definition.validator.iter_errors(clean):
        name, text = sentence_of(definition, error)
        # JSON Schema asks for hidden fields too: a question that was not put needs no answer
        if name not in definition.fields or name in visible:
            problems.setdefault(name, text)
    for name in [name for name in clean if name not in problems]:
        if not fits_options(definition, name, clean[name], clean):
            problems[name] = f"“{definition.fields[name].title}”请从所列选项中选择。"
    for name in [name for name in clean if name not in problems]:
        try:
            clean[name] = _check_format(definition.fields[name], clean[name])
        except ValidationError as error:
            problems[name] = error.text
    return clean, problems


def check_value(definition: Definition, name: str, value: Any) -> tuple[Any, str]:
    """Return one value in normal spelling and what is wrong with it by itself, visible or not."""
    tidy, problems = tidy_answers(definition, {name: value})
    if name not in tidy:
        return None, problems.get(name, "")
    for error in definition.validator.iter_errors(tidy):
        if error.instance_path:
            return tidy[name], sentence_of(definition, error)[1]
    try:
        return _check_format(definition.fields[name], tidy[name]), ""
    except ValidationError as error:
        return tidy[name], error.text


def tidy_answers(definition: Definition, answers: Mapping[str, Any]) -> tuple[Answers, dict[str, str]]:
    """Return non-empty answers of the right type, trimmed, and a sentence for each of a wrong type."""
    tidy: Answers = {}
    problems: dict[str, str] = {}
    for name, value in answers.items():
        field = definition.fields.get(name)
        if field is None:
            problems[str(name)] = "本表单没有这一项，请删除后再提交。"
            continue
        if isinstance(value, str):
            value = tidy_text(value)
        if value is None or value in ("", []):
            continue
        if sentence := _wrong_type(field, value):
            problems[name] = sentence
        else:
            tidy[name] = value
    return tidy, problems


def tidy_text(value: str) -> str:
    """Trim, use one kind of line end and drop characters that no reader can see; every written character stays."""
    return _CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip()


def is_same(one: Any, other: Any) -> bool:
    """Whether two answers are equal in type and value (1 is not true)."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _parse(field: Field, given: list[str]) -> Any:
    values = [tidy_text(value) for value in given]
    if field.kind == "array":
        return [value for value in values if value] or None
    if field.is_tick:
        return bool(values)
    last = next((value for value in reversed(values) if value), None)
    if last is None:
        return None
    if field.kind == "boolean":
        return {"true": True, "false": False}.get(last, last)
    if field.kind in ("integer", "number"):
        return _parse_number(field, last)
    if field.widget == "date":
        return _parse_date(last)
    return last


def _parse_number(field: Field, text: str) -> Any:
    plain = text.translate(_HALF_WIDTH).replace(",", "").replace(" ", "")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return text
    if not number.is_finite() or len(number.as_tuple().digits) > MAX_DIGITS or abs(number.adjusted()) > MAX_DIGITS:
        return text
    if number == number.to_integral_value():
        return int(number)
    return float(number)


def _parse_date(text: str) -> str:
    match = _DATE.match(text.translate(_HALF_WIDTH).replace(" ", ""))
    if match is None:
        return text
    try:
        return date(*map(int, match.groups())).isoformat()
    except ValueError:
        return text


def _wrong_type(field: Field, value: Any) -> str:
    if field.kind == "string":
        if not isinstance(value, str):
            return f"“{field.title}”应填写文字。"
        return "" if _is_encodable(value) else f"“{field.title}”中有无法识别的字符，请删除后重新填写。"
    if field.kind == "array":
        is_right = isinstance(value, list) and all(isinstance(item, str) and _is_encodable(item) for item in value)
        return "" if is_right else f"“{field.title}”请从所列选项中选择。"
    if field.kind == "boolean":
        return "" if isinstance(value, bool) else f"“{field.title}”请选择“是”或“否”。"
    if isinstance(value, bool) or not isinstance(value, int | float) or not _is_carried(value):
        return f"“{field.title}”应填写{'整数' if field.kind == 'integer' else '数字'}，最多{MAX_DIGITS}位。"
    if field.kind == "integer" and value != int(value):
        return f"“{field.title}”应填写整数。"
    return ""


def _is_carried(value: int | float) -> bool:
    return math.isfinite(value) and abs(value) < 10**MAX_DIGITS


def _is_encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_format(field: Field, value: Any) -> Any:
    if not field.check:
        return value
    normal = FORMATS[field.check](value.translate(_HALF_WIDTH))
    if field.check == "region":
        region = regions.find_region(code=normal)
        if region is None:
            raise ValidationError(f"“{field.title}”不是现行行政区划，请从列表中重新选择。")
        if region.level < field.region_level:
            raise ValidationError(f"“{field.title}”请选择到{_LEVEL_NAMES[field.region_level]}一级。")
    return normal
