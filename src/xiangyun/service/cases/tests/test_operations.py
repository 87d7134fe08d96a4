"""The path of a case and its exits, through the operations, on the real pack."""

from datetime import date, timedelta
from functools import partial
from uuid import UUID

import pytest

from xiangyun.foundation.audit import api as audit
from xiangyun.foundation.calendars.events import DueDayMoved
from xiangyun.foundation.documents import api as documents
from xiangyun.foundation.events import api as outbox
from xiangyun.foundation.files import api as files
from xiangyun.foundation.messaging import api as messaging
from xiangyun.foundation.workflow import api as workflow
from xiangyun.kit.actors import SYSTEM
from xiangyun.kit.errors import Conflict, NotAllowed, NotFound, ValidationError
from xiangyun.service.cases import api as cases
from xiangyun.service.cases import errors
from xiangyun.service.cases.operations.acceptance import accept_unanswered_cases
from xiangyun.service.cases.operations.completion import archive_completed_cases
from xiangyun.service.cases.operations.numbers import luhn
from xiangyun.service.cases.tests.factories import (
    AT,
    BOSS,
    ELDER,
    FIRM,
    FOOD,
    JOBLESS,
    bring_to,
    citizen,
    draft,
    item_code,
    official,
    upload,
)
from xiangyun.service.certificates import api as certificates
from xiangyun.service.items import api as items

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]


def page(key, actor=None, at=AT):
    return cases.get_case_page(actor=actor or citizen(BOSS, FIRM), case_key=key, at=at)


def test_main_path_ends_with_a_certificate_and_sealed_papers():
    key = bring_to("completed")
    done = page(key)
    assert (done.status, done.decision, done.is_open) == ("completed", "approved", False)
    assert certificates.verify_identifier(identifier=done.certificate_key, at=AT + timedelta(days=3)).in_force
    assert [paper.kind for paper in done.papers] == [
        "receipt",
        "acceptance",
        "special_procedure",
        "approval",
        "delivery_receipt",
        "completion",
    ]
    outbox.run_pending(at=AT + timedelta(days=3))
    assert all(paper.is_sealed for paper in page(key).papers)
    assert outbox.count_dead() == 0


def test_delivery_receipt_names_what_was_delivered_and_how():
    key, later = bring_to("deliver"), AT + timedelta(days=2)
    fetch = partial(
        cases.deliver_case, actor=official("nanguan.scjg.issuer"), case_key=key, method="窗口领取", at=later
    )
    for receiver, title, refusal in (
        ("", "经办人", "姓名"),
        ("林示三", "", "关系"),
        ("林示三", "本人", "关系"),
        ("林示三", "法定代表人（负责人）", "法定代表人（负责人）应为韩示一六，到场的是林示三"),
    ):
        with pytest.raises(ValidationError, match=refusal):
            fetch(receiver=receiver, title=title)
    fetch(receiver="林示三", title="经办人")
    done = page(key)
    receipt = next(paper for paper in done.papers if paper.kind == "delivery_receipt")
    decision = next(paper for paper in done.papers if paper.kind == "approval")
    said = documents.get_document_data(document_id=receipt.id)
    assert said["papers"] == [
        {"title": "准予行政许可决定书", "number": decision.number},
        {"title": "食品经营许可证", "number": done.certificate_key},
    ]
    assert (said["method"], said["deliverer"]) == ("窗口领取", official("nanguan.scjg.issuer").name)
    assert "received_at" not in said, "who fetches it signs on the paper"
    assert said["note"] == "领取人：林示三，经办人"
    handed = next(act for act in done.acts if act.act == "deliver_case")
    assert (handed.facts["present"]["name"], handed.said) == ("林示三", "到场：林示三，经办人")


def test_opinions_are_gathered_for_the_file_and_kept_from_the_applicant():
    key, later = bring_to("deliver"), AT + timedelta(days=2)
    outbox.run_pending(at=later)
    handler = official("nanguan.scjg.handler")
    sheet = next(paper for paper in page(key, handler, later).papers if paper.kind == "review_sheet")
    steps = documents.get_document_data(document_id=sheet.id)["steps"]
    assert [(step["name"], step["opinion"], step["outcome"]) for step in steps] == [
        ("审查", "核查后厨", "启动特别程序：现场核查"),
        ("现场核查", "符合要求", ""),
        ("审核", "同意", "审核通过"),
        ("审批", "符合条件", "准予"),
    ]
    assert (sheet.number, sheet.needs_seal) == ("", False)
    assert documents.read_pdf(document_id=sheet.id).startswith(b"%PDF")
    assert "review_sheet" not in [paper.kind for paper in page(key).papers]
    with pytest.raises(errors.CaseNotFound):
        cases.get_case_paper(actor=citizen(BOSS, FIRM), case_key=key, document_id=sheet.id)


def test_numbers_follow_the_item_and_the_day():
    first, second = (page(bring_to("received")) for _ in range(2))
    code = first.handle_item_code[:31]
    assert (first.project_no, second.project_no) == (f"{code}202611090001", f"{code}202611090002")
    assert first.query_code[:8] == "22261109"
    assert luhn(first.query_code[:-1]) == first.query_code[-1]


def test_clocks_pause_during_the_special_procedure_and_explain_it():
    done = page(bring_to("completed"), at=AT + timedelta(days=3))
    promise = next(clock for clock in done.clocks if clock.kind == "promise")
    assert promise.limit == 10
    assert any("现场核查" in line for line in promise.explanation)
    assert promise.used == 1


def test_same_request_twice_gives_one_case():
    first = draft(request_id="same")
    assert draft(request_id="same") == first
    assert len(cases.list_my_cases(actor=citizen(BOSS, FIRM), at=AT).rows) == 1


def test_number_of_a_request_opens_one_application_only():
    draft(request_id="same")
    with pytest.raises(errors.RequestReused):
        draft(request_id="same", handle_item_code=item_code(serial="02"))
    with pytest.raises(errors.RequestReused):
        cases.start_case(
            actor=citizen(BOSS),
            handle_item_code=item_code("mzj-220102", "220511004000"),
            situation={},
            request_id="same",
            at=AT,
        )


def test_what_another_worker_has_archived_is_left_alone():
    key = bring_to("completed")
    later = AT + timedelta(days=60)
    assert archive_completed_cases(at=later) == 1
    assert archive_completed_cases(at=later) == 0
    assert [act.act for act in page(key).acts].count("archive_case") == 1


def test_second_submission_is_refused():
    key = bring_to("submitted")
    with pytest.raises(errors.AlreadySubmitted):
        cases.submit_case(actor=citizen(BOSS, FIRM), case_key=key, answers=FOOD, at=AT)


def test_missing_material_and_missing_answer_are_named_and_nothing_is_handed_in():
    owner = citizen(BOSS, FIRM)
    case = cases.start_case(
        actor=owner, handle_item_code=item_code(), situation={"biz": "sale", "auto": "n"}, request_id="m", at=AT
    )
    with pytest.raises(ValidationError) as wrong:
        cases.submit_case(actor=owner, case_key=str(case.key), answers={}, at=AT)
    assert "premises_area" in wrong.value.details
    with pytest.raises(errors.MaterialsMissing) as missing:
        cases.submit_case(actor=owner, case_key=str(case.key), answers=FOOD, at=AT)
    assert "经营场所主要设备设施布局和操作流程文件" in missing.value.text
    assert page(str(case.key)).status == "draft"


def test_what_the_store_holds_is_not_asked_and_its_use_is_logged():
    key = bring_to("submitted")
    taken = [m for m in page(key).materials if m.get_type == "5"]
    assert {m.name for m in taken} == {"营业执照", "法定代表人（负责人）身份证明"}
    uses = certificates.list_uses(actor=citizen(BOSS, FIRM))
    assert [use.case_no for use in uses] == [key]


def test_a_promise_is_not_counted_as_a_material_one_need_not_bring():
    owner = citizen(BOSS, FIRM)
    case = cases.start_case(
        actor=owner, handle_item_code=item_code(), situation={"biz": "cater", "auto": "n"}, request_id="promise", at=AT
    )
    before = page(str(case.key)).exempt_count
    promised = next(m for m in page(str(case.key)).materials if m.can_commit and not m.is_provided)
    cases.commit_material(actor=owner, case_key=str(case.key), code=promised.code, at=AT)
    after = page(str(case.key))
    assert after.exempt_count == before == sum(m.get_type in ("5", "6") for m in after.materials)
    assert next(m for m in after.materials if m.code == promised.code).is_provided


def test_elder_allowance_needs_no_typing_and_no_material():
    elder = citizen(ELDER)
    case = cases.start_case(
        actor=elder,
        handle_item_code=item_code("mzj-220102", "220511004000"),
        situation={"age": "a80", "agent": "n"},
        request_id="elder",
        at=AT,
    )
    assert all(m.is_provided for m in page(str(case.key), elder).materials)
    cases.submit_case(actor=elder, case_key=str(case.key), answers={}, at=AT)
    assert page(str(case.key), elder).status == "submitted"


def test_supplement_tells_once_and_brings_the_case_back():
    owner, clerk, key = citizen(BOSS, FIRM), official("nanguan.clerk"), bring_to("submitted")
    cases.request_supplement(actor=clerk, case_key=key, wanted={"M008": "请标明功能间面积"}, at=AT)
    asked = page(key)
    assert (asked.status, asked.supplement_until) == ("supplement_pending", date(2026, 12, 9))
    with pytest.raises(errors.MaterialsMissing):
        cases.supplement_case(actor=owner, case_key=key, answers=FOOD, at=AT)
    upload(key, "M008", owner)
    cases.supplement_case(actor=owner, case_key=key, answers=FOOD, at=AT)
    cases.accept_case(actor=clerk, case_key=key, at=AT)
    assert page(key).status == "in_review"


def test_a_clerk_hands_in_the_supplement_that_came_to_the_window():
    clerk, key = official("nanguan.clerk"), bring_to("submitted")
    cases.request_supplement(actor=clerk, case_key=key, wanted={"M008": "请标明功能间面积"}, at=AT)
    with pytest.raises(NotAllowed):
        cases.supplement_case(actor=official("chaoyang.clerk"), case_key=key, answers=FOOD, at=AT)
    cases.take_paper_materials(actor=clerk, case_key=key, codes=["M008"], at=AT)
    with pytest.raises(ValidationError, match="姓名"):
        cases.supplement_case(actor=clerk, case_key=key, answers=FOOD, at=AT)
    cases.supplement_case(actor=clerk, case_key=key, answers=FOOD, bearer="林示三", title="经办人", at=AT)
    given = next(material for material in page(key).materials if material.code == "M008")
    assert (given.how, given.file_id, given.wanted_again) == ("纸质收取", "", "")
    last = page(key).acts[-1]
    assert (last.name, last.actor_name, last.is_official) == ("窗口代为补正", clerk.name, True)
    assert last.said == "到场：林示三，经办人"
    trail = audit.list_records(subject_type="cases.case", subject_id=page(key).id)
    assert {"cases.take_paper_materials", "cases.supplement_case"} <= {r.action for r in trail}


def test_a_clerk_throws_away_what_was_begun_at_the_window_only():
    clerk = official("nanguan.clerk")
    with pytest.raises(errors.CaseNotFound):
        cases.discard_draft(actor=clerk, case_key=draft(), at=AT)
    case = cases.open_window_case(
        actor=clerk, citizen_id=BOSS, principal=FIRM, handle_item_code=item_code(), situation={"biz": "sale", "auto": "n"},
        request_id="window", at=AT,
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        cases.discard_draft(actor=official("chaoyang.clerk"), case_key=str(case.key), at=AT)
    cases.discard_draft(actor=clerk, case_key=str(case.key), at=AT)
    with pytest.raises(errors.CaseNotFound):
        page(str(case.key), clerk)


def test_supplement_without_a_word_is_refused():
    with pytest.raises(errors.ReasonNeeded):
        cases.request_supplement(actor=official("nanguan.clerk"), case_key=bring_to("submitted"), wanted={}, at=AT)


def test_unanswered_supplement_returns_the_case_by_its_timer():
    key = bring_to("submitted")
    cases.request_supplement(actor=official("nanguan.clerk"), case_key=key, wanted={"M008": "补充"}, at=AT)
    workflow.run_due_timers(at=AT + timedelta(days=31), limit=50)
    assert page(key).status == "returned"


def test_no_notice_in_five_working_days_is_acceptance_as_of_receipt():
    key = bring_to("submitted")
    assert accept_unanswered_cases(at=AT + timedelta(days=7)) == 0
    assert accept_unanswered_cases(at=AT + timedelta(days=8)) == 1
    assert (page(key).status, page(key).accepted_at) == ("in_review", AT)


def test_a_case_that_cannot_be_accepted_in_silence_keeps_no_other_waiting():
    broken, key = bring_to("submitted"), bring_to("submitted")
    [step] = workflow.list_open_work_items(subject_type="cases.case", subject_id=page(broken).id)
    workflow.complete_work_item(actor=SYSTEM, work_item_id=step.id, outcome="accept", at=AT)
    assert accept_unanswered_cases(at=AT + timedelta(days=8)) == 1
    assert (page(broken).status, page(key).status) == ("submitted", "in_review")


@pytest.mark.parametrize(
    ("act", "status"), [(cases.refuse_case, "refused"), (cases.declare_not_applicable, "not_applicable")]
)
def test_turning_away_needs_a_reason_and_leaves_a_paper(act, status):
    key, clerk = bring_to("submitted"), official("nanguan.clerk")
    with pytest.raises(errors.ReasonNeeded):
        act(actor=clerk, case_key=key, reason=" ", at=AT)
    act(actor=clerk, case_key=key, reason="不属于本机关职权", at=AT)
    assert page(key).status == status
    assert len(page(key).papers) == 1


def test_denial_needs_reasons_and_issues_no_certificate():
    key, approver = bring_to("decide"), official("nanguan.scjg.approver")
    later = AT + timedelta(days=2)
    with pytest.raises(errors.ReasonNeeded):
        cases.decide_case(actor=approver, case_key=key, approve=False, reason="", at=later)
    cases.decide_case(actor=approver, case_key=key, approve=False, reason="场所不符合要求", at=later)
    denied = page(key, at=later)
    assert (denied.status, denied.decision, denied.certificate_key) == ("delivering", "denied", "")


def test_sending_back_returns_to_examination():
    key, later = bring_to("decide"), AT + timedelta(days=2)
    cases.send_back_case(actor=official("nanguan.scjg.approver"), case_key=key, reason="补充核查记录", at=later)
    handler = official("nanguan.scjg.handler")
    assert [step.act for step in page(key, handler, later).my_steps] == ["review"]
    cases.review_case(actor=handler, case_key=key, opinion="已补充", at=later)
    with pytest.raises(errors.ReasonNeeded):
        cases.check_case(actor=official("nanguan.scjg.checker"), case_key=key, opinion="", send_back=True, at=later)


def test_withdrawal_stops_everything_and_only_once():
    key, owner = bring_to("review"), citizen(BOSS, FIRM)
    cases.withdraw_case(actor=owner, case_key=key, reason="计划有变", at=AT)
    assert page(key).status == "withdrawn"
    assert all(clock.state == "stopped" for clock in page(key).clocks)
    with pytest.raises(errors.WrongStatus):
        cases.withdraw_case(actor=owner, case_key=key, reason="再次", at=AT)


def test_withdrawal_after_the_decision_is_refused():
    with pytest.raises(errors.AlreadyDecided):
        cases.withdraw_case(actor=citizen(BOSS, FIRM), case_key=bring_to("deliver"), reason="", at=AT)


def test_instant_item_is_decided_at_once_by_the_window():
    clerk, person = official("nanguan.clerk"), citizen(JOBLESS)
    case = cases.open_window_case(
        actor=clerk,
        citizen_id=JOBLESS,
        handle_item_code=item_code("jiuyj-220102", "222014009000"),
        situation={"kind": "other"},
        request_id="window",
        at=AT,
    )
    shown = page(str(case.key), clerk)
    cases.take_paper_materials(
        actor=clerk, case_key=shown.key, codes=[m.code for m in shown.materials if not m.is_provided], at=AT
    )
    answers = {
        "education": "21",
        "unemployment_date": "2026-06-30",
    }
    with pytest.raises(ValidationError) as wrong:
        cases.submit_window_case(actor=clerk, case_key=shown.key, answers={}, at=AT)
    from xiangyun.foundation.forms import api as forms

    for field in forms.render_form(form_id=shown.form_id).fields:
        if field.name in wrong.value.details and field.options:
            answers[field.name] = field.options[0].value
        elif field.name in wrong.value.details and field.name not in answers:
            answers[field.name] = "示例"
    cases.submit_window_case(actor=clerk, case_key=shown.key, answers=answers, at=AT)
    cases.decide_at_once(actor=clerk, case_key=shown.key, at=AT)
    assert page(shown.key, person).status == "completed"
    outbox.run_pending(at=AT)
    assert [paper.kind_name for paper in page(shown.key, clerk).papers] == [
        "收件凭证",
        "受理通知书",
        "办理决定书",
        "办结通知",
    ]
    assert page(shown.key, person).certificate_key


def test_clerk_does_not_hand_in_what_a_citizen_began_online():
    key = draft()
    with pytest.raises(errors.CaseNotFound):
        cases.submit_window_case(actor=official("nanguan.clerk"), case_key=key, answers=FOOD, at=AT)
    with pytest.raises(errors.CaseNotFound):
        cases.take_paper_materials(actor=official("nanguan.clerk"), case_key=key, codes=["M008"], at=AT)


def test_foreign_people_find_nothing():
    key = bring_to("review")
    for stranger in (citizen(ELDER), citizen(BOSS)):  # the boss as a private person is another subject than the firm
        with pytest.raises(errors.CaseNotFound):
            page(key, stranger)
        with pytest.raises(errors.CaseNotFound):
            cases.withdraw_case(actor=stranger, case_key=key, reason="", at=AT)
    with pytest.raises(errors.CaseNotFound):
        page(key, official("chaoyang.handler"))


@pytest.mark.parametrize(
    ("step", "username", "act"),
    [
        ("submitted", "chaoyang.clerk", lambda a, k: cases.accept_case(actor=a, case_key=k, at=AT)),
        ("review", "nanguan.clerk", lambda a, k: cases.review_case(actor=a, case_key=k, opinion="同意", at=AT)),
        ("review", "nanguan.mzj.handler", lambda a, k: cases.review_case(actor=a, case_key=k, opinion="同意", at=AT)),
        ("special", "nanguan.scjg.checker", lambda a, k: cases.inspect_case(actor=a, case_key=k, finding="好", at=AT)),
        (
            "decide",
            "nanguan.scjg.checker",
            lambda a, k: cases.decide_case(actor=a, case_key=k, approve=True, reason="", at=AT),
        ),
        ("deliver", "nanguan.scjg.handler", lambda a, k: cases.deliver_case(actor=a, case_key=k, method="窗口", at=AT)),
        ("review", "nanguan.clerk", lambda a, k: cases.void_case(actor=a, case_key=k, reason="录错", at=AT)),
    ],
)
def test_acts_need_the_right_over_this_very_case(step, username, act):
    key = bring_to(step)
    with pytest.raises(NotAllowed):
        act(official(username), key)


def test_two_officials_cannot_take_one_step_twice():
    key, handler = bring_to("review"), official("nanguan.scjg.handler")
    cases.review_case(actor=handler, case_key=key, opinion="同意", at=AT)
    with pytest.raises(Conflict):
        cases.review_case(actor=handler, case_key=key, opinion="同意", at=AT)


def test_unpublished_item_opens_no_case():
    item = items.get_handling_item(code=item_code())
    items.suspend_implementation(
        actor=official("nanguan.publisher"), implementation_id=item.implementation_id, reason="场所搬迁", at=AT
    )
    with pytest.raises(items.ItemNotPublished):
        draft()


def test_personal_item_is_not_for_firms():
    with pytest.raises(errors.WrongAudience):
        draft(citizen(BOSS, FIRM), handle_item_code=item_code("mzj-220102", "220511004000"), situation={"age": "a80"})


def test_draft_can_be_discarded_and_a_filed_case_cannot():
    owner = citizen(BOSS, FIRM)
    key = draft(owner)
    cases.discard_draft(actor=owner, case_key=key, at=AT)
    with pytest.raises(errors.CaseNotFound):
        page(key)
    with pytest.raises(errors.WrongStatus):
        cases.discard_draft(actor=owner, case_key=bring_to("submitted"), at=AT)


def test_files_a_draft_gives_up_are_deleted_and_what_was_submitted_stays():
    owner = citizen(BOSS, FIRM)

    def uploads(key):
        return {UUID(material.file_id) for material in page(key).materials if material.file_id}

    def is_kept(file_id):
        return files.get_file(file_id=file_id, owner_id=owner.user_id) is not None

    key = draft(owner)
    [first, *others] = uploads(key)
    [code] = [material.code for material in page(key).materials if material.file_id == str(first)]
    upload(key, code, owner)
    with pytest.raises(NotFound):
        is_kept(first)
    replaced = uploads(key) - set(others)
    cases.discard_draft(actor=owner, case_key=key, at=AT)
    for file_id in [*replaced, *others]:
        with pytest.raises(NotFound):
            is_kept(file_id)

    key = bring_to("submitted")
    cases.request_supplement(actor=official("nanguan.clerk"), case_key=key, wanted={code: "换一份"}, at=AT)
    before = uploads(key)
    upload(key, code, owner)
    assert uploads(key) != before
    assert all(map(is_kept, before))


def test_progress_needs_both_the_code_and_the_tail_of_the_number():
    shown = page(bring_to("received"))
    found = cases.find_progress(query_code=shown.query_code, code_tail=FIRM[-4:])
    assert (found.status_name, found.department_name) == (shown.status_name, shown.department_name)
    assert cases.find_progress(query_code=shown.query_code, code_tail="0000") is None
    assert cases.find_progress(query_code="0" * 15, code_tail=FIRM[-4:]) is None


def test_every_act_is_audited():
    key = bring_to("review")
    actions = {record.action for record in audit.list_records(subject_type="cases.case", subject_id=page(key).id)}
    assert {"cases.start_case", "cases.submit_case", "cases.receive_case", "cases.accept_case"} <= actions


def test_applicant_is_told_of_each_step():
    bring_to("completed")
    outbox.run_pending(at=AT + timedelta(days=3))
    titles = [message.title for message in messaging.list_messages(actor=citizen(), limit=50)]
    assert {"申请已提交", "申请已收件", "申请已受理", "申请已作出决定", "电子证照已签发", "请评价本次服务"} <= set(
        titles
    )


def test_due_day_follows_a_new_calendar():
    key = bring_to("review")
    facts = page(key)
    clock = next(clock for clock in facts.clocks if clock.kind == "promise")
    moved = DueDayMoved(
        clock_id=clock.id,
        kind="promise",
        subject_type="cases.case",
        subject_id=str(facts.id),
        due_on=date(2026, 12, 1),
        at=AT,
    )
    outbox.publish(moved)
    outbox.run_pending(at=AT)
    assert page(key).due_on == date(2026, 12, 1)


def test_ended_cases_are_archived_after_a_month():
    key = bring_to("completed")
    assert archive_completed_cases(at=AT + timedelta(days=20)) == 0
    assert archive_completed_cases(at=AT + timedelta(days=40)) == 1
    assert page(key).status == "archived"
