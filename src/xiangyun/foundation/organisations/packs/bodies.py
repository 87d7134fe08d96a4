"""A department while it is being loaded, before it has an id."""

from collections.abc import Mapping
from dataclasses import dataclass

from xiangyun.foundation.packs.api import PackFile
from xiangyun.foundation.regions.api import RegionRef

KEY_LENGTH, NAME_LENGTH, SHORT_LENGTH = 40, 100, 60


@dataclass(slots=True)
class Body:
    """One row to be; `code` and `path` are filled in when all bodies are known."""

    key: str
    name: str
    short_name: str
    kind: str
    uscc_kind: str
    level: str
    region: RegionRef
    parent_key: str | None
    line: int
    code: str = ""
    path: str = ""
    depth: int = 0
    lead_code: str = ""
    phone: str = ""


def add_body(file: PackFile, bodies: dict[str, Body], body: Body) -> None:
    """Take a body in, or note what is wrong with it."""
    if body.key in bodies:
        file.error(body.line, f"机构标识“{body.key}”重复（第一次在第{bodies[body.key].line}行）")
        return
    for text, limit, what in ((body.key, KEY_LENGTH, "标识"), (body.name, NAME_LENGTH, "名称")):
        if len(text) > limit:
            file.error(body.line, f"机构{what}“{text}”超过{limit}个字")
    body.short_name = body.short_name[:SHORT_LENGTH]
    bodies[body.key] = body


def fill(file: PackFile, line: int, rule: str, values: Mapping[str, str]) -> str:
    """Fill the placeholders of a name rule."""
    try:
        return rule.format(**values)
    except (KeyError, ValueError, IndexError) as error:
        file.fail(line, f"名称规则“{rule}”有误，可用的占位符：{'、'.join(values)}（{error}）")
