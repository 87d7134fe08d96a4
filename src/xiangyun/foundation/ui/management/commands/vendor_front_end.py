"""Take the parts of the front-end packages that the pages use, from their unpacked npm archives.

Tabler's style sheet weighs 530 KB; the class families named here are what the pages use. Icons become one file of
symbols from which the `icon` tag draws inline, so that a page carries only its own.
"""

import re
import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

VENDOR = Path(__file__).resolve().parents[2] / "static" / "vendor"

_COLOURS = "primary|secondary|success|warning|danger|info"
_STEPS = "0|1|2|3|4|5|auto"
_AT = "(-(sm|md|lg))?"
KEPT_CLASSES = [
    r"container(-fluid|-xl|-narrow|-tight)?",
    r"row|row-deck|row-cards|col(-auto|-\d+)?|col-(sm|md|lg|xl)(-auto|-\d+)?|g[xy]?-[0-5]",
    rf"btn|btn-({_COLOURS}|link|sm|lg|icon|list|group|group-vertical|check|close|loading|action|actions|square)",
    rf"btn-(outline|ghost)-({_COLOURS})",
    r"form-(label|control|select|check|check-input|check-label|check-inline|switch|hint|text|fieldset|help|footer|selectgroup.*)",
    r"form-(control|select|check)-(sm|lg|inline|plaintext)|input-group(-.*)?|input-icon(-addon)?|is-(in)?valid|invalid-feedback",
    r"required|col-form-label",
    r"card|card-(header|body|footer|title|subtitle|actions|table|link|sm|md|lg|active|stacked|borderless|list|options)",
    rf"alert|alert-({_COLOURS}|icon|title|heading|link|description|dismissible|important)|badge|badge-(pill|outline|empty)",
    rf"bg-({_COLOURS}|white|light|body|transparent|surface|surface-secondary)|bg-({_COLOURS})-lt",
    rf"text-({_COLOURS}|muted|body|white|reset|center|start|end|nowrap|wrap|truncate|break|uppercase|decoration-none)",
    r"table|table-(sm|hover|striped|bordered|borderless|responsive|vcenter|nowrap|active|primary|danger|warning|success|light)",
    r"list-(unstyled|inline|inline-item)|list-group(-item(-action)?|-flush|-hoverable|-header|-numbered)?|active|disabled|show",
    r"datagrid.*|nav|nav-(item|link|tabs|pills|underline|fill)|page|page-(header|title|pretitle|subtitle|body|wrapper)",
    r"empty.*|avatar|avatar-(sm|lg|rounded|list)|progress|progress-(bar|sm)|spinner-border|spinner-border-sm|status|status-dot",
    r"steps|step-item|steps-(vertical|counter)|breadcrumb|breadcrumb-item|pagination|page-item|page-link|hr-text|divider|vr",
    r"icon|icon-(sm|md|lg|inline)|placeholder(-glow)?|visually-hidden(-focusable)?|markdown|kbd|stretched-link|sticky-top|clearfix",
    rf"d{_AT}-(none|flex|block|inline|inline-flex|inline-block|grid)|d-print-(none|block|flex)",
    rf"flex{_AT}-(row|column|wrap|nowrap|fill|grow-[01]|shrink-[01])",
    rf"(justify-content|align-items|align-self|align-content){_AT}-(start|end|center|between|around|evenly|baseline|stretch)",
    rf"align-(middle|top|bottom|baseline)|gap-[0-5]|[mp][tbsexy]?-({_STEPS})|m[tbsexy]?-auto|[mp][tbxy]?-(md|lg)-[0-5]",
    r"[wh]-(25|50|75|100|auto|full)|mw-100|position-(relative|absolute|sticky|static)|overflow-(auto|hidden|visible)|space-y(-\d)?",
    rf"border(-[0-5]|-top|-bottom|-start|-end|-({_COLOURS}))?(-0)?|rounded(-[0-3]|-circle|-pill)?|shadow(-none|-sm)?|lh-(1|sm|base|lg)",
    r"fw-(normal|medium|bold)|fs-[1-6]|h[1-6]|lead|small|strong|cursor-(pointer|default)|user-select-(all|none)|object-(cover|contain)",
    r"float-(start|end)|top-0|start-0|end-0|bottom-0|order-(first|last)|opacity-(50|75)|text-(md|lg|sm)-(start|end|center)",
]
_CLASS = re.compile(r"\.(-?[_a-zA-Z][\w-]*)")
_KEPT = re.compile("^(" + "|".join(KEPT_CLASSES) + ")$")
_LEFT_OUT = re.compile(
    r"\[data-bs-theme=[\"']?dark|\[data-bs-theme-|\[dir=rtl|::-webkit-file|:-webkit|prefers-color-scheme"
    r"|@keyframes (tada|pulse|rotate)"
)
_NOT_DRAWN = re.compile(r"<svg.*?>|</svg>|<!--.*?-->|<path stroke=\"none\"[^>]*/>", re.S)


def subset_styles(source: str) -> str:
    """Return the rules of a style sheet whose every class is in `KEPT_CLASSES`, without comments and blank space."""
    return _subset_block(re.sub(r"/\*.*?\*/", "", source, flags=re.S))


def _subset_block(source: str) -> str:
    kept = []
    for head, body in _rules(source):
        if _LEFT_OUT.search(head):
            continue
        if head.startswith(("@media", "@supports")):
            if inner := _subset_block(body):
                kept.append(f"{head}{{{inner}}}")
        elif head.startswith("@"):
            kept.append(f"{head}{{{_squeeze(body)}}}" if body else f"{head};")
        elif selectors := _kept_selectors(head):
            kept.append(f"{selectors}{{{_squeeze(body)}}}")
    return "".join(kept)


def _rules(source: str) -> list[tuple[str, str]]:
    """Split into (head, body) at the outermost braces; a statement without a block has an empty body."""
    rules, start, at, depth, opened = [], 0, 0, 0, 0
    for at, char in enumerate(source):
        if char == "{":
            depth += 1
            if depth == 1:
                opened = at
        elif char == "}":
            depth -= 1
            if depth == 0:
                rules.append((_squeeze(source[start:opened]), source[opened + 1 : at]))
                start = at + 1
        elif char == ";" and depth == 0:
            rules.append((_squeeze(source[start:at]), ""))
            start = at + 1
    return rules


def _kept_selectors(head: str) -> str:
    selectors = re.split(r",(?![^(]*\))", head)
    return ",".join(
        s.strip() for s in selectors if all(_KEPT.match(name) for name in _CLASS.findall(s)) and not _LEFT_OUT.search(s)
    )


def _squeeze(text: str) -> str:
    text = re.sub(r"\s+", " ", text).strip()
    return re.sub(r"\s*([{};])\s*|(?<=[a-z-]):\s+", lambda m: m.group(1) or ":", text).rstrip(";")


def symbols(folder: Path, names: list[str]) -> str:
    """Return one SVG of symbols for the named icons (`name` outline, `name-filled` filled)."""
    parts = ['<svg xmlns="http://www.w3.org/2000/svg">']
    for name in names:
        filled = name.endswith("-filled")
        path = folder / ("filled" if filled else "outline") / f"{name.removesuffix('-filled')}.svg"
        inner = _NOT_DRAWN.sub("", path.read_text("utf-8"))
        drawing = re.sub(r"\s+", " ", inner).strip().replace(" />", "/>")
        parts.append(f'<symbol id="{name}">{drawing}</symbol>')
    return "\n".join([*parts, "</svg>", ""])


class Command(BaseCommand):
    """Rebuild `static/vendor` from a folder of unpacked archives named after the packages."""

    help = "从解包后的前端软件包重建 static/vendor（样式取子集，图标合并）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder that holds `tabler-core`, `tabler-icons`, `htmx.org` and `bpmn-js`."""
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the subset, the symbols and the copied files with their licences."""
        folder: Path = options["folder"]
        tabler = (folder / "tabler-core" / "dist" / "css" / "tabler.css").read_text("utf-8")
        (VENDOR / "tabler").mkdir(parents=True, exist_ok=True)
        notice = "/*! Tabler v1.4.0 | MIT | https://tabler.io | subset: vendor_front_end */\n"
        (VENDOR / "tabler" / "tabler.css").write_text(notice + subset_styles(tabler) + "\n", "utf-8")
        icons = VENDOR / "tabler-icons"
        names = sorted(set((icons / "names.txt").read_text("utf-8").split()))
        (icons / "icons.svg").write_text(symbols(folder / "tabler-icons" / "icons", names), "utf-8")
        shutil.copy(folder / "tabler-icons" / "LICENSE", icons / "LICENSE")
        for source, target in [
            ("htmx.org/dist/htmx.min.js", "htmx/htmx.min.js"),
            ("htmx.org/LICENSE", "htmx/LICENSE"),
            ("bpmn-js/dist/bpmn-navigated-viewer.production.min.js", "bpmn-js/bpmn-navigated-viewer.min.js"),
            ("bpmn-js/dist/assets/diagram-js.css", "bpmn-js/diagram-js.css"),
            ("bpmn-js/dist/assets/bpmn-js.css", "bpmn-js/bpmn-js.css"),
            ("bpmn-js/LICENSE", "bpmn-js/LICENSE"),
        ]:
            (VENDOR / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(folder / source, VENDOR / target)
        self.stdout.write(f"{len(names)} 个图标")
