"""The subset of the vendored style sheet and the weight of a first load."""

from pathlib import Path

from xiangyun.foundation.ui.management.commands.vendor_front_end import VENDOR, subset_styles

STATIC = VENDOR.parent


def test_subset_keeps_named_families_and_drops_the_rest():
    source = """
    /* note */ .btn, .carousel { color: red; }
    @media (min-width: 1px) { .card .btn { margin: 0; } .carousel { margin: 1px; } }
    .offcanvas { top: 0; }
    [data-bs-theme=dark] .btn { color: #fff; }
    """
    assert subset_styles(source) == ".btn{color:red}@media (min-width:1px){.card .btn{margin:0}}"


def test_first_load_stays_below_300_kb():
    files = [VENDOR / "tabler" / "tabler.css", VENDOR / "htmx" / "htmx.min.js", *(STATIC / "ui").glob("*.*")]
    assert sum(Path(file).stat().st_size for file in files) < 280 * 1024


def test_every_vendored_package_carries_its_licence():
    folders = [each for each in VENDOR.iterdir() if each.is_dir()]
    assert sorted(each.name for each in folders) == ["bpmn-js", "htmx", "tabler", "tabler-icons"]
    assert all((each / "LICENSE").stat().st_size > 300 for each in folders)


def test_no_template_has_inline_script_handler_or_style():
    for template in (STATIC.parent / "templates").rglob("*.html"):
        text = template.read_text("utf-8")
        assert "<script>" not in text, template
        assert " style=" not in text, template
        assert " onclick=" not in text, template
