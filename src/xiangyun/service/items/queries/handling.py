"""Handling items as cases see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xiangyun.foundation.packs import api as packs
from xiangyun.service.items.errors import ItemNotFound, ItemNotPublished, ItemSuperseded
from xiangyun.service.items.models import HandlingItem, Implementation
from xiangyun.service.items.queries.content import GuideContent, MaterialRef, get_content
from xiangyun.service.items.queries.situations import Question, choose_materials, list_questions

_IN_FORCE = (Implementation.Status.PUBLISHED, Implementation.Status.SUSPENDED)


@dataclass(frozen=True, kw_only=True)
class HandlingItemRef:
    """A handling item of one version of one body's implementation, with what its guide says."""

    id: int
    code: str
    serial: str
    key: str
    name: str
    full_name: str
    kind: str
    task_code: str
    task_version: int
    implementation_id: int
    department_id: int
    region_id: int
    level: str
    address: str
    phone: str
    hours: str
    window: str
    content: GuideContent

    @property
    def catalog_code(self) -> str:
        """基本编码."""
        return self.content.catalog_code

    @property
    def title(self) -> str:
        """The guide's name."""
        return self.content.title

    @property
    def form_key(self) -> str:
        """Key of this handling item's application form."""
        return f"{self.content.form_key}.{self.serial}"

    @property
    def process_key(self) -> str:
        """Key of the process."""
        return self.content.process_key

    @property
    def case_type(self) -> str:
        """办件类型."""
        return self.content.case_type

    @property
    def is_instant(self) -> bool:
        """即办件."""
        return self.content.is_instant

    @property
    def special_procedures(self) -> tuple[str, ...]:
        """特别程序 that the guide provides for."""
        return self.content.special_procedures

    @property
    def certificate_type_key(self) -> str:
        """The certificate that a favourable decision yields, or nothing: a deregistration issues none."""
        issues = self.kind != HandlingItem.Kind.CANCEL
        usual = self.content.certificate_types[0] if issues and self.content.certificate_types else ""
        return self.content.certificates.get(self.key, usual)

    @property
    def replaces_certificate(self) -> bool:
        """The applicant has the certificate already; a favourable decision yields its next version."""
        return self.kind in (HandlingItem.Kind.CHANGE, HandlingItem.Kind.RENEW, HandlingItem.Kind.REISSUE)

    @property
    def starts_new_term(self) -> bool:
        """The validity of the certificate begins anew: 变更 and 补证 leave the end as it was."""
        return self.kind in (HandlingItem.Kind.NEW, HandlingItem.Kind.RENEW)

    @property
    def legal_basis(self) -> list[str]:
        """设定依据 as 《law》article."""
        return [f"《{basis['law']}》{basis.get('article', '')}" for basis in self.content.legal_basis]

    @property
    def promise_limit(self) -> int:
        """承诺办结时限; its unit is `promise_unit`."""
        return self.content.promise_limit

    @property
    def promise_unit(self) -> str:
        """`workday` or `day`."""
        return self.content.promise_unit

    @property
    def legal_limit(self) -> int | None:
        """法定办结时限 in `legal_unit`."""
        return self.content.legal_limit

    @property
    def legal_unit(self) -> str:
        """`workday`, `day` or `month`."""
        return self.content.legal_unit

    @property
    def promise_text(self) -> str:
        """承诺办结时限 in words."""
        return self.content.promise_text

    @property
    def legal_text(self) -> str:
        """法定办结时限 in words."""
        return self.content.legal_text

    @property
    def remedy(self) -> str:
        """救济途径."""
        return self.content.remedy


_items: packs.ContentCache[int, HandlingItemRef] = packs.ContentCache(seconds=600)


def get_handling_item(
    *, code: str | None = None, id: int | None = None, must_be_published: bool = False
) -> HandlingItemRef:
    """Return a handling item: by id the very version, by 33-character code the one in force.

    With `must_be_published` the state is read anew, so that a suspension works at once.

    Raises: ItemNotFound, ItemNotPublished, ItemSuperseded.
    """
    if id is not None and not must_be_published:
        return _items.get(id, lambda: _ref(_get_row(id)))
    lookup: dict[str, Any] = {"id": id} if id is not None else {"code": code or ""}
    rows = HandlingItem.objects.filter(**lookup).values_list("id", "code", "implementation__status").order_by("-id")
    versions = list(rows)
    if not versions:
        raise ItemNotFound(**lookup)
    # the version in force if there is one, else whatever the newest became
    found, its_code, status = next((version for version in versions if version[2] in _IN_FORCE), versions[0])
    if must_be_published and status != Implementation.Status.PUBLISHED:
        if status == Implementation.Status.PAST:
            raise ItemSuperseded(code=its_code)
        raise ItemNotPublished(code=its_code)
    return _items.get(found, lambda: _ref(_get_row(found)))


def list_materials(*, handling_item_id: int, situation: Mapping[str, str]) -> list[MaterialRef]:
    """List the materials a handling item asks for in a situation, in order; not those the offices make themselves.

    Raises: ItemNotFound, UnknownSituation.
    """
    item = get_handling_item(id=handling_item_id)
    return [m for m in choose_materials(item.content, item.key, situation) if not m.is_internal]


def list_situation_questions(*, handling_item_id: int, situation: Mapping[str, str]) -> list[Question]:
    """List the questions whose answers change the materials or the form of this handling item.

    Raises: ItemNotFound, UnknownSituation.
    """
    item = get_handling_item(id=handling_item_id)
    return list_questions(item.content, item.key, situation)


def _get_row(id: int) -> HandlingItem:
    row = HandlingItem.objects.select_related("implementation").filter(id=id).first()
    if row is None:
        raise ItemNotFound(id=id)
    return row


def _ref(row: HandlingItem) -> HandlingItemRef:
    task = row.implementation
    return HandlingItemRef(
        id=row.id,
        code=row.code,
        serial=row.serial,
        key=row.key,
        name=row.name,
        full_name=row.full_name,
        kind=row.kind,
        task_code=task.task_code,
        task_version=task.version,
        implementation_id=task.id,
        department_id=task.department_id,
        region_id=task.region_id,
        level=task.level,
        address=task.address,
        phone=task.phone,
        hours=task.hours,
        window=task.window,
        content=get_content(task.guide_id),
    )
