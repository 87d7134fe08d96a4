"""Writing and reading, judged by an independent reader and by our own."""

import io

import ofdkit
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFont

from xiangyun.kit.ofd import (
    Document,
    Page,
    TextObject,
    TextStyle,
    measure,
    pack,
    read_document,
    text_box,
    unpack,
    wrap,
    write_document,
)
from xiangyun.kit.ofd.layout import NO_START
from xiangyun.kit.ofd.tests.samples import AT, RARE, TITLE, document, picture, sealed


def one_page(*objects: TextObject) -> bytes:
    return pack(write_document(Document("1" * 32, "题", AT, [Page(210, 297, objects)])))


def test_ofdkit_reads_chinese_text_with_rare_characters_and_metadata() -> None:
    with ofdkit.open(sealed()) as opened:
        text = opened.pages[0].text()
        assert TITLE in text
        assert f"法定代表人：赵{RARE}" in text
        assert "热食类食品制售" in text
        assert opened.pages[1].text() == "第二页&<附页>"
        assert opened.info.title == TITLE
        assert opened.info.custom_data["certificateNumber"] == "JY00000000000001"
        assert opened.warnings == []
        assert (opened.pages[0].width, opened.pages[1].height) == (297, 297)


def test_our_reader_finds_fields_attachments_and_template_text() -> None:
    content = read_document(sealed())
    assert content.title == TITLE
    assert content.fields["legal_rep"] == f"法定代表人：赵{RARE}"
    assert content.attachments == {"证照元数据.xml": "<m>长春示例餐饮管理有限公司</m>".encode()}
    assert TITLE in content.pages[0]
    assert content.metadata["holder"] == "长春示例餐饮管理有限公司"


def test_embedded_fonts_are_whole_fonts_of_just_the_used_characters() -> None:
    parts = unpack(sealed())
    fonts = {name: data for name, data in parts.items() if name.endswith(".ttf")}
    drawn: set[int] = set()
    for data in fonts.values():
        font = TTFont(io.BytesIO(data))
        for tag in font.keys():  # noqa: SIM118
            font[tag]
        drawn |= set(font.getBestCmap())
        assert font["maxp"].numGlyphs == len(font.getBestCmap()) + 1
        assert ImageFont.truetype(io.BytesIO(data), 40).getmask("证").size[0] > 0
    assert {ord(char) for char in TITLE + RARE} <= drawn
    assert len(fonts) >= 3
    assert all(len(data) < 60_000 for data in fonts.values())


def test_same_document_gives_same_bytes() -> None:
    assert pack(write_document(document())) == pack(write_document(document()))


def test_text_that_xml_cannot_hold_is_dropped_and_markup_is_text() -> None:
    data = one_page(TextObject(10, 10, "<b>&\x00\x08\"'</b>\ud800"))
    with ofdkit.open(data) as opened:
        assert opened.pages[0].text() == "<b>&\"'</b>"


@given(st.text(max_size=40))
@settings(max_examples=60, deadline=None)
def test_any_text_survives_the_round_trip(text: str) -> None:
    visible = "".join(c for c in text if c.isprintable() and not 0xD800 <= ord(c) < 0xE000)
    content = read_document(one_page(TextObject(10, 10, visible)))
    assert content.pages[0] == visible


def test_lines_break_by_the_rules_and_stay_in_the_box() -> None:
    style = TextStyle(size=4)
    text = (
        "行政机关应当自受理行政许可申请之日起20日内（含法定节假日除外）作出决定；不能作出决定的，经批准可延长10日。" * 3
    )
    lines = wrap(text, 60, style)
    assert "".join(lines) == text
    assert all(measure(line, 4) <= 60.01 for line in lines)
    assert not any(line[0] in NO_START for line in lines)
    assert not any(line.endswith("(") for line in lines)
    assert wrap("甲\n乙", 60, style) == ["甲", "乙"]


def test_long_text_shrinks_then_is_cut_with_an_ellipsis() -> None:
    fits = text_box("许可项目" * 12, 0, 0, 50, TextStyle(size=5), height=15)
    assert fits[0].size < 5
    assert max(item.y for item in fits) <= 15
    cut = text_box("许可项目" * 200, 0, 0, 50, TextStyle(size=5), height=15)
    assert cut[-1].text.endswith("…")
    assert cut[0].size == 5 * 0.6


def test_alignment_uses_the_width() -> None:
    width = measure("证照", 4)
    assert text_box("证照", 10, 0, 50, TextStyle(align="right"))[0].x == 60 - width
    assert text_box("证照", 10, 0, 50, TextStyle(align="center"))[0].x == 10 + (50 - width) / 2


def test_seal_picture_is_red_on_nothing_with_the_star() -> None:
    drawn = Image.open(io.BytesIO(picture())).convert("RGBA")
    assert drawn.size == (496, 496)
    assert drawn.getpixel((5, 5))[3] == 0
    assert drawn.getpixel((248, 233)) == (193, 39, 45, 255)
    assert len(picture()) < 40_000
