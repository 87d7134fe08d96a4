"""Papers and attachments of a case, for those who may see the case."""

from xiangyun.foundation.documents import api as documents
from xiangyun.foundation.files import api as files
from xiangyun.kit.actors import Actor
from xiangyun.service.cases import permissions
from xiangyun.service.cases.errors import CaseNotFound
from xiangyun.service.cases.queries.cases import get_case

SUBJECT = "cases.case"


def get_case_paper(*, actor: Actor, case_key: str, document_id: int) -> documents.DocumentRef:
    """Return a paper of the case.

    Raises: CaseNotFound for papers of other cases.
    """
    case = get_case(key=case_key)
    permissions.require_view(actor, case)
    document = documents.get_document(document_id=document_id)
    if (document.subject_type, document.subject_id) != (SUBJECT, case.pk):
        raise CaseNotFound
    return document


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
