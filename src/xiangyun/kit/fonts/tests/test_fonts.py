"""Every kind of character a Jilin paper may hold has a font, and the fonts' names are what Typst finds."""

import io
import time

import pytest
import typst
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from xiangyun.kit import fonts


@pytest.mark.parametrize(
    ("char", "expected"),
    [
        ("吉", fonts.SERIF),
        ("A", fonts.SERIF),
        ("연", fonts.SERIF),
        ("㐂", fonts.SERIF),
        ("𠮷", fonts.SERIF),
        ("\U0002a6d6", fonts.RARE[0]),
        ("\U00030ede", fonts.SERIF),
        ("\U00031350", fonts.RARE[2]),
        ("\U0010fffd", fonts.SERIF),
    ],
)
def test_font_for_returns_the_first_font_that_draws(char, expected):
    assert fonts.font_for(char) == expected


def test_every_character_of_extensions_b_to_f_and_gbk_is_drawn():
    extensions = [
        *range(0x20000, 0x2A6DE),
        *range(0x2B740, 0x2B81E),
        *range(0x2B820, 0x2CEA2),
        *range(0x2CEB0, 0x2EBE1),
    ]
    assert [hex(code) for code in extensions if not fonts.has_glyph(chr(code))] == []
    assert [c for code in range(0x4E00, 0x9FF0) if not fonts.has_glyph(c := chr(code))] == []


def test_bold_falls_back_to_regular_of_the_same_family():
    assert fonts.font_for("吉", "sans", bold=True) == fonts.SANS_BOLD
    assert fonts.font_for("㐀", "sans", bold=True) == fonts.SANS


def test_runs_keep_text_and_variation_selectors():
    text = "张\U0002a6d6\U000e0100某"
    runs = list(fonts.font_runs(text))
    assert runs == [(fonts.SERIF, "张"), (fonts.RARE[0], "\U0002a6d6\U000e0100"), (fonts.SERIF, "某")]
    assert list(fonts.font_runs("")) == []


def test_a_warm_lookup_costs_microseconds():
    fonts.font_for("\U00031350")
    started = time.perf_counter()
    for _ in range(10_000):
        fonts.font_for("吉")
    assert time.perf_counter() - started < 0.5


def test_family_names_are_those_in_the_files():
    paths = {
        fonts.SERIF: fonts.SERIF_NAME,
        fonts.SERIF_BOLD: fonts.SERIF_NAME,
        fonts.SANS: fonts.SANS_NAME,
        fonts.SANS_BOLD: fonts.SANS_NAME,
    }
    paths |= dict(zip(fonts.RARE, fonts.RARE_NAMES, strict=True))
    assert {path: TTFont(path, lazy=True)["name"].getDebugName(1) for path in paths} == paths


def test_typst_draws_rare_characters_with_these_fonts_only():
    families = ", ".join(f'"{name}"' for name in (fonts.SERIF_NAME, *fonts.RARE_NAMES))
    text = "吉林𠮷\U0002a6d6\U00030ede\U00031350연변"
    source = f'#set text(font: ({families}), lang: "zh", fallback: false)\n{text} *准予*'
    pdf = typst.compile(source.encode(), font_paths=[fonts.FONT_FOLDER], ignore_system_fonts=True)
    page = PdfReader(io.BytesIO(pdf)).pages[0]
    names = {font["/BaseFont"].split("+")[1] for font in page["/Resources"]["/Font"].values()}
    assert {name.removesuffix("-Identity-H") for name in names} == {
        "NotoSerifCJKsc-Regular",
        "NotoSerifCJKsc-Bold",
        "HanaMinB",
        "BabelStoneHan",
    }
    assert page.extract_text().replace(" ", "").startswith(text)
