"""Reactions to the process and the outbox: the handler of the certificate step, ends of processes, papers to be sealed."""

from datetime import datetime

from xiangyun.foundation.calendars.events import DueDayMoved
from xiangyun.foundation.events import api as outbox
from xiangyun.foundation.workflow import api as workflow
from xiangyun.service.cases import events
from xiangyun.service.cases.operations import acts, completion, notices, papers
from xiangyun.service.certificates.events import CertificateIssued


def seal_issued_paper(event: events.PaperIssued, *, at: datetime) -> None:
    """Render and seal what was just numbered."""
    papers.seal_paper(document_id=event.document_id, at=at)


def file_opinions(event: events.CaseDecided, *, at: datetime) -> None:
    """Put 审查意见表 on the file once the decision is taken."""
    papers.issue_review_sheet(case_id=event.case_id, at=at)


def follow_moved_due_day(event: DueDayMoved, *, at: datetime) -> None:
    """Take over the due day that a new calendar has moved."""
    if event.subject_type == acts.SUBJECT and event.kind == "promise":
        completion.move_due_day(case_id=int(event.subject_id), due_on=event.due_on)


workflow.register_handler("cases.issue_result", completion.issue_result, inline=True)
workflow.register_end_listener(acts.SUBJECT, completion.follow_process_end)
outbox.subscribe(DueDayMoved, follow_moved_due_day, key="cases.due_day")
outbox.subscribe(CertificateIssued, notices.tell_holder, key="cases.tell.CertificateIssued")
outbox.subscribe(events.PaperIssued, seal_issued_paper, key="cases.seal_paper")
outbox.subscribe(events.CaseDecided, file_opinions, key="cases.file_opinions")
for kind in notices.TEMPLATES:
    outbox.subscribe(kind, notices.tell_applicant, key=f"cases.tell.{kind.__name__}")
