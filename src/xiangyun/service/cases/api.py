"""The door of casework."""

from xiangyun.service.cases.models import Case
from xiangyun.service.cases.operations.acceptance import (
    accept_case,
    begin_pre_review,
    declare_not_applicable,
    receive_case,
    refuse_case,
    request_supplement,
)
from xiangyun.service.cases.operations.completion import deliver_case
from xiangyun.service.cases.operations.drafting import APPLICANT_LEVEL, discard_draft, save_draft, start_case
from xiangyun.service.cases.operations.intake import open_window_case, submit_window_case
from xiangyun.service.cases.operations.materials import (
    attach_material,
    commit_material,
    remove_file,
    take_paper_materials,
)
from xiangyun.service.cases.operations.papers import AT_WINDOW, DELIVERY_METHODS, seal_paper
from xiangyun.service.cases.operations.review import (
    check_case,
    decide_at_once,
    decide_case,
    inspect_case,
    review_case,
    send_back_case,
    start_special_procedure,
)
from xiangyun.service.cases.operations.submission import submit_case, supplement_case
from xiangyun.service.cases.operations.withdrawal import void_case, withdraw_case
from xiangyun.service.cases.queries.cases import CaseFacts, find_case_id, get_case_facts
from xiangyun.service.cases.queries.lists import (
    CaseFilter,
    CaseList,
    CaseRow,
    count_desk,
    count_overdue,
    count_urgent,
    iterate_scope_cases,
    list_desk,
    list_my_cases,
    list_scope_cases,
)
from xiangyun.service.cases.queries.pages import ActView, CasePage, MaterialView, get_case_page, unmask_applicant
from xiangyun.service.cases.queries.papers import get_case_file, get_case_paper, get_case_photo
from xiangyun.service.cases.queries.presence import Presence, Visit, read_visit
from xiangyun.service.cases.queries.progress import Progress, find_progress

Status = Case.Status

__all__ = [
    "APPLICANT_LEVEL", "AT_WINDOW", "DELIVERY_METHODS", "ActView", "CaseFacts", "CaseFilter", "CaseList", "CasePage", "CaseRow", "MaterialView", "Presence", "Progress",
    "Status", "Visit", "accept_case", "attach_material", "begin_pre_review", "check_case", "commit_material", "count_desk", "count_overdue", "count_urgent", "decide_at_once", "decide_case", "declare_not_applicable", "deliver_case", "discard_draft",
    "find_case_id", "find_progress", "get_case_facts", "get_case_file", "get_case_page", "get_case_paper", "get_case_photo", "inspect_case", "iterate_scope_cases", "list_desk",
    "list_my_cases", "list_scope_cases", "open_window_case", "read_visit", "receive_case", "refuse_case", "remove_file", "request_supplement", "review_case",
    "save_draft", "seal_paper", "send_back_case", "start_case", "start_special_procedure", "submit_case", "submit_window_case", "supplement_case",
    "take_paper_materials", "unmask_applicant", "void_case", "withdraw_case",
]  # fmt: skip
