"""Papers and attachments of a case, for those who may see the case; the inner sheet of opinions is for officials."""

from xiangyun.foundation.documents import api as documents
from xiangyun.foundation.files import api as files
from xiangyun.kit.actors import Actor
from xiangyun.service.cases import permissions
from xiangyun.service.cases.errors import CaseNotFound
from xiangyun.service.cases.models import Case
from xiangyun.service.cases.queries.cases import get_case

SUBJECT = "cases.case"
REVIEW_SHEET = "review_sheet"
ELECTRONIC = "电子送达"


def list_case_papers(*, actor: Actor, case: Case) -> list[documents.DocumentRef]:
    """List the papers of a case that the actor may read; that they may see the case is known."""
    papers = documents.list_documents(subject_type=SUBJECT, subject_id=case.pk)
    return [paper for paper in papers if actor.is_official or paper.kind != REVIEW_SHEET]


def get_case_paper(*, actor: Actor, case_key: str, document_id: int) -> documents.DocumentRef:
    """Return a paper of the case.

    Raises: CaseNotFound for papers of other cases.
    """
    case = get_case(key=case_key)
    permissions.require_view(actor, case)
    for paper in list_case_papers(actor=actor, case=case):
        if paper.id == document_id:
            return paper
    raise CaseNotFound


def get_case_file(*, actor: Actor, case_key: str, code: str) -> files.FileRef:
    """Return the file attached to a material of the case.

    Raises: CaseNotFound.
    """
    case = get_case(key=case_key)
    permissions.require_view(actor, case)
    material = case.materials.filter(code=code, file_id__isnull=False).first()
    if material is None or material.file_id is None:
        raise CaseNotFound
    return files.get_file(file_id=str(material.file_id))


def get_case_photo(*, actor: Actor, case_key: str, file_id: str) -> files.FileRef:
    """Return a photo taken at an inspection of the case.

    Raises: CaseNotFound.
    """
    case = get_case(key=case_key)
    permissions.require_view(actor, case)
    if not case.acts.filter(facts__photos__contains=[{"id": file_id}]).exists():
        raise CaseNotFound
    return files.get_file(file_id=file_id)
