"""The pack's own processes: loaded, drawn, and every way through them walked once."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from xiangyun.foundation.packs.api import PackFile, load_pack
from xiangyun.foundation.workflow import api
from xiangyun.foundation.workflow.models import Decision, ProcessDefinition
from xiangyun.foundation.workflow.packs import load_decision_file, load_process_file
from xiangyun.foundation.workflow.queries import handlers
from xiangyun.foundation.workflow.tests.factories import AT, do, open_items, open_nodes, start

pytestmark = pytest.mark.django_db

PACK = Path(__file__).resolve().parents[5] / "packs" / "jilin"


@pytest.fixture(autouse=True)
def issued(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Stand in for the handler that issues the result; its own tests are elsewhere."""
    calls: list[int] = []

    def issue(call: api.ServiceCall) -> None:
        calls.append(call.subject_id)

    monkeypatch.setitem(handlers._handlers, "cases.issue_result", handlers.Handler("cases.issue_result", issue, True))
    for key in ("standard", "inspection", "instant"):
        assert load_process_file(PackFile(root=PACK, name=f"processes/{key}.bpmn", at=AT)) == 1
    return calls


def walk(key: str, *acts: str) -> api.ProcessRef:
    """Start and do `act:outcome` after `act:outcome`."""
    process = start(key)
    for step in acts:
        act, _, outcome = step.partition(":")
        [item] = open_items()
        assert item.act == act
        do(item.node_id, outcome)
    return api.get_process(process_id=process.id)


@pytest.mark.parametrize(
    ("key", "acts", "end"),
    [
        ("standard", "accept:accept review:pass check:pass decide:approve deliver:done", "end_completed"),
        ("standard", "accept:accept review:pass check:pass decide:deny deliver:done", "end_denied"),
        (
            "standard",
            "accept:accept review:pass check:back review:pass check:pass decide:back review:pass check:pass "
            "decide:approve deliver:done",
            "end_completed",
        ),
        ("standard", "accept:supplement supplement:done accept:refuse", "end_refused"),
        ("standard", "accept:not_applicable", "end_not_applicable"),
        (
            "inspection",
            "accept:accept review:special special:pass check:pass decide:approve deliver:done",
            "end_completed",
        ),
        ("inspection", "accept:accept review:pass check:pass decide:deny deliver:done", "end_denied"),
        ("instant", "accept_decide:approve", "end_completed"),
        ("instant", "accept_decide:supplement supplement:done accept_decide:refuse", "end_refused"),
    ],
)
def test_every_way_through(key: str, acts: str, end: str, issued: list[int]) -> None:
    process = walk(key, *acts.split())
    assert (process.state, process.end_node_id) == ("completed", end)
    assert len(issued) == acts.count("approve")


@pytest.mark.parametrize(
    ("key", "first"), [("standard", "accept"), ("inspection", "accept"), ("instant", "accept_decide")]
)
def test_supplement_that_never_comes_is_returned(key: str, first: str) -> None:
    process = start(key)
    do(first, "supplement")
    assert api.run_due_timers(at=AT + timedelta(days=29)) == 0
    assert api.run_due_timers(at=AT + timedelta(days=30)) == 1
    assert api.get_process(process_id=process.id).end_node_id == "end_returned"
    assert open_nodes() == []


def test_roles_and_limits() -> None:
    start("standard")
    [item] = open_items()
    assert (item.role, item.name, item.outcomes[0]) == ("window_clerk", "受理", ("accept", "受理"))
    assert item.due_at is not None
    start("instant", subject_id=2)
    [item] = open_items(2)
    assert (item.role, item.other_role) == ("window_clerk", "chief_representative")
    do("accept_decide", "supplement", subject_id=2)
    assert open_items(2)[0].role == "applicant"


def test_second_load_changes_nothing() -> None:
    load_process_file(PackFile(root=PACK, name="processes/standard.bpmn", at=AT))
    assert ProcessDefinition.objects.filter(key="standard").count() == 1
    assert ProcessDefinition.objects.get(key="standard").source == "processes/standard.bpmn"


def test_broken_file_names_line_and_element(tmp_path: Path) -> None:
    folder = tmp_path / "processes"
    folder.mkdir()
    text = (PACK / "processes/standard.bpmn").read_text("utf-8")
    (folder / "bad.bpmn").write_text(text.replace('xy:handler="cases.issue_result"', 'xy:handler="no.such"'), "utf-8")
    (folder / "grade.json").write_text("{", "utf-8")
    file = PackFile(root=tmp_path, name="processes/bad.bpmn", at=AT)
    assert load_process_file(file) == 0
    [problem] = file.problems
    assert problem.line == next(n for n, line in enumerate(text.splitlines(), 1) if "serviceTask" in line)
    assert problem.reason == "issue“制证”：处理程序 no.such 没有登记"
    table = PackFile(root=tmp_path, name="processes/grade.json", at=AT)
    assert load_decision_file(table) == 0
    assert "不是有效的JSON" in table.problems[0].reason
    assert Decision.objects.count() == 0


def test_loaded_by_the_pack_loader_once(tmp_path: Path) -> None:
    shutil.copytree(PACK / "processes", tmp_path / "processes")
    shutil.copy(PACK / "pack.yaml", tmp_path / "pack.yaml")
    ProcessDefinition.objects.all().delete()
    for _ in range(2):
        load_pack(path=tmp_path, demo=False, check=False, at=AT)
        assert sorted(ProcessDefinition.objects.values_list("key", "version")) == [
            ("inspection", 1),
            ("instant", 1),
            ("standard", 1),
        ]
