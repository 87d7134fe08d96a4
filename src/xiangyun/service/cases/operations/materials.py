"""Materials of a case: taken from the certificate store where it holds them (免提交), generated, promised, or uploaded."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from xiangyun.foundation.audit import api as audit
from xiangyun.foundation.files import api as files
from xiangyun.kit.actors import Actor
from xiangyun.kit.rows import append_rows, find_row, list_rows, update_row
from xiangyun.kit.transactions import in_one_transaction
from xiangyun.service.cases import permissions
from xiangyun.service.cases.errors import MaterialsMissing, WrongStatus
from xiangyun.service.cases.models import Case, CaseMaterial
from xiangyun.service.cases.operations import acts
from xiangyun.service.cases.queries.prefill import Applicant
from xiangyun.service.certificates import api as certificates
from xiangyun.service.items import api as items

LETTER = "letter"
_HOW = (
    "get_type", "file", "file_name", "certificate_key", "provided_at", "source_note", "trust_level", "wanted_again",
)  # fmt: skip
OPEN = (Case.Status.DRAFT, Case.Status.SUPPLEMENT_PENDING)


def lay_out_materials(*, case: Case, item: items.HandlingItemRef, applicant: Applicant, at: datetime) -> None:
    """Write the list of materials the situation asks for, marking what need not be asked."""
    held = {certificate.type_key: certificate for certificate in reversed(applicant.certificates)}
    rows = []
    for order, wanted in enumerate(items.list_materials(handling_item_id=item.id, situation=case.situation)):
        row = CaseMaterial(
            case=case,
            code=wanted.code,
            name=wanted.name,
            order=order,
            is_required=wanted.is_required,
            can_commit=wanted.can_commit,
        )
        _provide_without_asking(row, wanted, held, at)
        rows.append(row)
    append_rows(rows)


def require_letter(case: Case, name: str) -> None:
    """Ask for the paper by which the person at the window acts, whatever the guide says of it."""
    row = case.materials.filter(name=name).first() or CaseMaterial(case=case, code=LETTER, name=name, order=0)
    row.is_required, row.can_commit, row.get_type = True, False, ""
    row.source_note, row.trust_level, row.provided_at = "", "", None
    row.save()


def _provide_without_asking(
    row: CaseMaterial, wanted: items.MaterialRef, held: dict[str, certificates.CertificateRef], at: datetime
) -> None:
    if wanted.is_generated:
        row.get_type, row.source_note, row.trust_level, row.provided_at = (
            CaseMaterial.GetType.FORM,
            "由申请表单自动生成",
            "D",
            at,
        )
        return
    for type_key in wanted.certificate_types:
        if type_key in held:
            certificate = held[type_key]
            row.get_type, row.certificate_key, row.trust_level, row.provided_at = (
                CaseMaterial.GetType.CERTIFICATE,
                certificate.identifier,
                "A",
                at,
            )
            row.source_note = f"电子证照库：{certificate.type_name}（{certificate.issuer_name}）"
            return


@in_one_transaction
def attach_material(
    *, actor: Actor, case_key: str, code: str, file_id: str, at: datetime, get_type: str = CaseMaterial.GetType.UPLOAD
) -> CaseMaterial:
    """Put an uploaded or scanned file to a material of an open case.

    Raises: CaseNotFound, WrongStatus, NotFound for an unknown material.
    """
    case, material = _open_material(actor, case_key, code)
    file = files.get_file(file_id=UUID(file_id), owner_id=actor.user_id)
    earlier = material.file_id
    material.get_type, material.file_id, material.file_name = get_type, file.id, file.name
    material.certificate_key, material.provided_at = "", at
    material.source_note, material.trust_level = (
        ("窗口扫描，已核对原件", "B") if actor.is_official else ("申请人上传", "C")
    )
    material.wanted_again = ""
    update_row(material, _HOW)
    discard_files(case, [earlier] if earlier != file.id else [], actor=actor, at=at)
    audit.record(
        actor=actor,
        action="cases.attach_material",
        subject_type=acts.SUBJECT,
        subject_id=case.pk,
        label=material.name,
        details={"sm3": file.sm3},
        at=at,
    )
    return material


@in_one_transaction
def commit_material(*, actor: Actor, case_key: str, code: str, at: datetime) -> CaseMaterial:
    """Replace a material by the applicant's promise where the guide allows it (告知承诺, 国办发〔2020〕42号).

    Raises: CaseNotFound, WrongStatus.
    """
    case, material = _open_material(actor, case_key, code)
    if not material.can_commit:
        raise WrongStatus("该材料不适用告知承诺，请上传材料。")
    earlier = material.file_id
    material.get_type, material.source_note, material.trust_level, material.provided_at = (
        CaseMaterial.GetType.COMMITMENT,
        "申请人书面承诺",
        "D",
        at,
    )
    material.file_id, material.file_name, material.certificate_key, material.wanted_again = None, "", "", ""
    update_row(material, _HOW)
    discard_files(case, [earlier], actor=actor, at=at)
    audit.record(
        actor=actor,
        action="cases.commit_material",
        subject_type=acts.SUBJECT,
        subject_id=case.pk,
        label=material.name,
        at=at,
    )
    return material


@in_one_transaction
def take_paper_materials(*, actor: Actor, case_key: str, codes: list[str], at: datetime) -> None:
    """Note that the window has seen the originals of these materials (纸质收取)."""
    case = acts.lock_case(key=case_key)
    permissions.require_intake(actor, case)
    acts.require_status(case, *OPEN)
    rows = case.materials.filter(code__in=codes)
    earlier = list(rows.values_list("file_id", flat=True))
    taken = rows.update(
        get_type=CaseMaterial.GetType.PAPER,
        source_note="窗口收取，已核对原件",
        trust_level="B",
        file_id=None,
        file_name="",
        certificate_key="",
        provided_at=at,
        wanted_again="",
    )
    discard_files(case, earlier, actor=actor, at=at)
    if taken:
        audit.record(
            actor=actor,
            action="cases.take_paper_materials",
            subject_type=acts.SUBJECT,
            subject_id=case.pk,
            label=str(case),
            details={"materials": codes},
            at=at,
        )


@in_one_transaction
def remove_file(*, actor: Actor, case_key: str, code: str, at: datetime) -> None:
    """Take an uploaded file off a material again."""
    case, material = _open_material(actor, case_key, code)
    if material.file_id is None:
        return
    earlier = material.file_id
    material.get_type, material.file_id, material.file_name, material.source_note, material.provided_at = (
        "",
        None,
        "",
        "",
        None,
    )
    material.save()
    discard_files(case, [earlier], actor=actor, at=at)
    audit.record(
        actor=actor,
        action="cases.remove_file",
        subject_type=acts.SUBJECT,
        subject_id=case.pk,
        label=material.name,
        at=at,
    )


def discard_files(case: Case, file_ids: Iterable[UUID | None], *, actor: Actor, at: datetime) -> None:
    """Delete what a draft held and holds no longer; from the submission on everything received stays on file."""
    if case.status == Case.Status.DRAFT:
        for file_id in filter(None, file_ids):
            files.discard_file(actor=actor, file_id=file_id, at=at)


def require_complete(case: Case) -> list[CaseMaterial]:
    """Let pass only a case whose required materials are all provided; return them.

    Raises: MaterialsMissing with the names.
    """
    materials = list_rows(CaseMaterial, case_id=case.pk)
    missing = [m.name for m in materials if m.wanted_again or (m.is_required and not m.get_type)]
    if missing:
        raise MaterialsMissing(f"还需要提供：{'、'.join(missing)}。", missing=missing)
    return materials


def consume_certificates(case: Case, materials: list[CaseMaterial], *, actor: Actor, at: datetime) -> None:
    """Log the use of each certificate that stands for a material (用证), bound to this case."""
    taken = [m.certificate_key for m in materials if m.get_type == CaseMaterial.GetType.CERTIFICATE]
    for identifier in dict.fromkeys(taken):
        certificates.consume(
            actor=actor,
            identifier=identifier,
            case_key=str(case.key),
            purpose=f"办理{case.item_name}",
            holder_user_id=case.applicant_user_id,
            holder_firm_id=case.applicant_firm_id,
            at=at,
        )


def _open_material(actor: Actor, case_key: str, code: str) -> tuple[Case, CaseMaterial]:
    case = acts.lock_case(key=case_key)
    permissions.require_filer(actor, case)
    acts.require_status(case, *OPEN)
    material = find_row(CaseMaterial, case_id=case.pk, code=code)
    if material is None:
        raise WrongStatus("该办件不需要这份材料，请刷新页面。")
    return case, material
