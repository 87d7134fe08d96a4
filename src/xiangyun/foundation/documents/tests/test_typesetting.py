"""Papers as they come out: right words, rare characters, vendored fonts, nothing typed becomes code."""

import io
import re
from typing import Any

import pytest
import segno
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from xiangyun.foundation.documents import api as documents
from xiangyun.foundation.documents.errors import BadTemplate
from xiangyun.foundation.documents.tests.factories import SEAL, issue, make_department, make_kinds

pytestmark = pytest.mark.django_db

MORE: dict[str, dict[str, Any]] = {
    "receipt": {"materials": ["食品经营许可申请书", "营业执照"]},
    "acceptance": {"due_on": "2026-11-25", "legal_limit": "20个工作日"},
    "supplement": {"until": "2026-12-20", "asked": [{"name": "制度清单", "reason": "未加盖公章"}]},
    "refusal": {"reason": "不属于本机关管辖。", "competent_body": "吉林市船营区市场监督管理局"},
    "not_applicable": {"reason": "仅销售预包装食品的备案即可。"},
    "special_procedure": {"procedure": "现场核查", "days": 5, "reason": "需要核实经营场所"},
    "approval": {"legal_basis": ["中华人民共和国食品安全法第三十五条"]},
    "denial": {"reason": "经营场所布局不符合要求。", "review_body": "长春市人民政府"},
    "completion": {"decision": "准予许可"},
    "delivery_receipt": {
        "papers": [{"title": "决定书", "number": "（长市监）许字〔2026〕第000001号"}],
        "method": "窗口领取",
    },
    "review_sheet": {"steps": [{"name": "审核", "opinion": "同意承办意见。", "person": "孙丽"}]},
}
SAYS = {
    "receipt": ["收件凭证", "222611200001234", "营业执照"],
    "acceptance": ["受理通知书", "第三十二条第一款第（五）项", "2026年11月25日", "20个工作日"],
    "supplement": ["补正告知书", "第（四）项", "未加盖公章", "2026年12月20日"],
    "refusal": ["不予受理通知书", "第（二）项", "船营区市场监督管理局", "六十日", "六个月"],
    "not_applicable": ["不受理告知书", "第（一）项", "六十日", "六个月"],
    "special_procedure": ["特别程序告知书", "第四十五条", "5个工作日"],
    "approval": ["准予行政许可决定书", "第三十八条第一款", "《中华人民共和国食品安全法》第三十五条", "十日"],
    "denial": ["不予行政许可决定书", "第三十八条第二款", "长春市人民政府", "六十日", "六个月"],
    "completion": ["办结通知", "准予许可"],
    "delivery_receipt": ["送达回证", "（长市监）许字〔2026〕第000001号"],
    "review_sheet": ["审查意见表", "同意承办意见。"],
}


@pytest.fixture(autouse=True)
def _kinds() -> None:
    make_kinds()


def read(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return "".join(page.extract_text() for page in pages).replace("\n", "").replace(" ", "")


@pytest.mark.parametrize("kind", sorted(MORE))
def test_render_pdf_says_what_the_law_asks(kind: str) -> None:
    document = issue(make_department(), kind=kind, **MORE[kind])
    text = read(documents.render_pdf(document_id=document.id, seal_picture=SEAL))
    assert "2026年11月20日" in text
    assert "𠮷㛃" in text
    for words in ["长春市市场监督管理局", *SAYS[kind], document.number]:
        assert words in text, words


def test_render_pdf_is_pdf_a_with_vendored_fonts_only() -> None:
    document = issue(make_department(), reason="𪚥龘")
    pdf = documents.render_pdf(document_id=document.id, seal_picture=SEAL)
    reader = PdfReader(io.BytesIO(pdf))
    used = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]
    names = {str(font["/BaseFont"]).split("+")[1] for font in used}
    assert names
    assert all(name.startswith(("NotoSerifCJKsc", "NotoSansCJKsc", "HanaMin")) for name in names), names
    assert b"pdfaid:part" in pdf


def test_render_pdf_same_content_same_bytes() -> None:
    document = issue(make_department())
    first = documents.render_pdf(document_id=document.id, seal_picture=SEAL)
    assert documents.render_pdf(document_id=document.id, seal_picture=SEAL) == first


def test_render_pdf_unsealed_is_marked() -> None:
    document = issue(make_department())
    assert "未用印" in read(documents.read_pdf(document_id=document.id))
    assert "未用印" not in read(documents.render_pdf(document_id=document.id, seal_picture=SEAL))


def test_render_pdf_long_text_keeps_the_signature_with_the_last_paragraph() -> None:
    document = issue(make_department(), kind="denial", facts="布局不符合要求。" * 220, reason="理由。")
    pages = PdfReader(io.BytesIO(documents.render_pdf(document_id=document.id, seal_picture=SEAL))).pages
    last = pages[-1].extract_text().replace("\n", "").replace(" ", "")
    assert len(pages) > 2
    assert "提起行政诉讼" in last
    assert "2026年11月20日" in last


def test_render_pdf_other_matters_cite_no_licence_law() -> None:
    department = make_department()
    for kind in ("acceptance", "approval", "denial", "supplement", "special_procedure"):
        document = issue(department, kind=kind, **(MORE[kind] | {"is_licence": False}))
        text = read(documents.render_pdf(document_id=document.id, seal_picture=SEAL))
        assert "行政许可" not in text, kind


def test_render_pdf_knows_a_licence_by_the_item_type_in_the_number() -> None:
    allowance = issue(make_department(), kind="approval", project_no="11220102DM0000080T4220511004000202611200001")
    text = read(documents.render_pdf(document_id=allowance.id, seal_picture=SEAL))
    assert "行政许可" not in text
    assert "办理决定书" in text
    assert "你（单位）" in text


def test_render_template_for_others() -> None:
    template = '#let d = json(bytes(sys.inputs.data))\n#set text(font: "Noto Serif CJK SC")\n#d.name'
    assert "王𠮷" in read(documents.render_template(template=template, data={"name": "王𠮷"}))
    pages = documents.render_pages(template=template + "\n#pagebreak()\n二", data={"name": "王"}, kind="png")
    assert [page[:4] for page in pages] == [b"\x89PNG", b"\x89PNG"]


@pytest.mark.parametrize(
    "template", ["#let x = ", '#read("/etc/passwd")', '#read("../../etc/passwd")', '#import "@preview/cetz:0.3.1": *']
)
def test_render_template_refused(template: str) -> None:
    with pytest.raises(BadTemplate):
        documents.render_template(template=template, data={})


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=60))
def test_any_text_is_set_and_none_is_code(text: str) -> None:
    template = '#let d = json(bytes(sys.inputs.data))\n#set text(font: "Noto Serif CJK SC")\n#d.text'
    assert documents.render_template(template=template, data={"text": text}).startswith(b"%PDF")


def test_character_without_glyph_is_shown_as_missing() -> None:
    template = '#let d = json(bytes(sys.inputs.data))\n#set text(font: "Noto Serif CJK SC")\n#d.text'
    pdf = documents.render_template(template=template, data={"text": "王\U0001f600\ue000\u200d明"})
    assert read(pdf) == "王〓〓明"


@pytest.mark.parametrize(
    "text", ["#panic()", "$x^2$", "*粗*", '#read("/etc/passwd")', "= 标题", "\\u{1F600}", "</svg>"]
)
def test_markup_typed_by_people_is_printed(text: str) -> None:
    document = issue(make_department(), kind="refusal", reason=text)
    assert text.replace(" ", "") in read(documents.render_pdf(document_id=document.id, seal_picture=SEAL))


def test_qr_svg_draws_the_modules_of_the_code() -> None:
    text = "https://example.cn/documents/3f0c5c0e-9d0b-4a55-8a53-2f5d4e8d0a11/"
    drawn = set()
    for start, row, length in re.findall(r"M(\d+) (\d+)h(\d+)v1", documents.qr_svg(text=text)):
        drawn |= {(int(row), column) for column in range(int(start), int(start) + int(length))}
    matrix = segno.make(text, error="m", mask=3).matrix
    assert drawn == {(y, x) for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark}
