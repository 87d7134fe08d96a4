"""Formats, icons and drawings of the interface."""

from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django_cotton.compiler_regex import CottonCompiler

from xiangyun.foundation.calendars import api as calendars
from xiangyun.foundation.packs import api as packs
from xiangyun.foundation.ui.templatetags import drawing, xiangyun


def _render(text: str, **values: object) -> str:
    return Template(CottonCompiler().process("{% load xiangyun drawing %}" + text)).render(Context(values))


def test_moment_is_local_time_to_the_minute():
    assert xiangyun.moment(datetime(2026, 11, 20, 6, 5, 59, tzinfo=UTC)) == "2026-11-20 14:05"
    assert xiangyun.moment(None) == ""


def test_day_of_a_late_utc_moment_is_the_next_local_day():
    assert xiangyun.day(datetime(2026, 11, 20, 17, 0, tzinfo=UTC)) == "2026-11-21"
    assert xiangyun.official_day(date(2026, 1, 2)) == "2026年1月2日"


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 KB"), (1, "1 KB"), (1025, "2 KB"), (2_500_000, "2.4 MB"), ("512", "1 KB")]
)
def test_file_size(count: int | str, text: str):
    assert xiangyun.file_size(count) == text


def test_icon_is_drawn_inline_and_hidden_from_readers_without_a_label():
    assert 'aria-hidden="true"' in xiangyun.icon("search")
    assert 'aria-label="搜&lt;索"' in xiangyun.icon("search", 20, "搜<索")


def test_icon_that_is_not_vendored_is_a_mistake_of_the_template():
    with pytest.raises(TemplateSyntaxError, match="vendor"):
        xiangyun.icon("no-such-icon")


def test_components_escape_what_people_typed():
    bad = "<script>alert('龘')</script>"
    html = _render(
        '<c-panel :title="bad">{{ bad }}</c-panel><c-value label="x" :value="bad" /><c-status :label="bad" />'
        '<c-value label="x" value="{{ bad }}" />'
        '<c-button href="#">{{ bad }}</c-button>',
        bad=bad,
    )
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") == 6
    assert "&amp;" not in html


def test_qr_code_is_an_inline_drawing():
    html = str(drawing.qr_code("https://example.org/v/1"))
    assert html.startswith("<svg ")
    assert "http://www.w3.org" not in html


def _span(kind: str, days: int, share: float) -> calendars.Span:
    return calendars.Span(kind=kind, label=kind, since=date(2026, 11, 2), until=date(2026, 11, 1 + days), share=share)


def test_clock_line_draws_pauses_to_scale():
    spans = [_span("used", 2, 0.2), _span("paused", 5, 0.5), _span("used", 1, 0.1), _span("left", 2, 0.2)]
    drawn = drawing.clock_line(SimpleNamespace(name="承诺办结时限", spans=spans))
    assert [(bar.x, bar.width) for bar in drawn["bars"]] == [(0, 200), (200, 500), (700, 100), (800, 200)]
    assert (drawn["now_x"], drawn["has_pause"], drawn["label"]) == (800, True, "承诺办结时限")


@pytest.mark.django_db
def test_demo_banner_is_the_packs_and_stays_when_the_demonstration_is_not_loaded_again(tmp_path: Path):
    (tmp_path / "pack.yaml").write_text(
        "name: trial\ntitle: 试验\nversion: '1'\nprovince: '220000'\ndemo_banner: 均为虚构\n"
    )
    said = []
    for demo in (False, True, False):
        packs.load_pack(path=tmp_path, demo=demo, check=False, at=datetime(2026, 11, 20, tzinfo=UTC))
        said.append(xiangyun.demo_banner())
    assert said == ["", "均为虚构", "均为虚构"]
