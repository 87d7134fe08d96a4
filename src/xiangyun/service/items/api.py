"""Door of items: what can be applied for, where, with what; nothing unpublished gets through."""

from xiangyun.service.items.errors import ItemNotFound, ItemNotPublished, ItemSuperseded, UnknownSituation
from xiangyun.service.items.models import Implementation
from xiangyun.service.items.operations.publishing import (
    cancel_implementation,
    publish_implementation,
    restore_implementation,
    suspend_implementation,
)
from xiangyun.service.items.queries.bodies import (
    BodyRef,
    list_bodies,
    list_bodies_in_charge,
    list_divisions_with_bodies,
    search_bodies,
)
from xiangyun.service.items.queries.conditions import Judged, judge_conditions
from xiangyun.service.items.queries.content import GuideContent, MaterialRef
from xiangyun.service.items.queries.handling import (
    HandlingItemRef,
    get_handling_item,
    list_materials,
    list_situation_questions,
)
from xiangyun.service.items.queries.pages import GuidePage, HandlingChoice, get_guide_page
from xiangyun.service.items.queries.scope import ImplementationRow, list_implementations_in_scope
from xiangyun.service.items.queries.services import Facet, ServiceCard, ServicePage, list_services, list_themes
from xiangyun.service.items.queries.situations import Question, resolve_situation

Status = Implementation.Status

__all__ = [
    "BodyRef", "Facet", "GuideContent", "GuidePage", "HandlingChoice", "HandlingItemRef", "ImplementationRow",
    "ItemNotFound", "ItemNotPublished", "ItemSuperseded", "Judged", "MaterialRef", "Question", "ServiceCard", "ServicePage",
    "Status", "UnknownSituation", "cancel_implementation", "get_guide_page", "get_handling_item", "judge_conditions", "list_bodies",
    "list_bodies_in_charge", "list_divisions_with_bodies", "list_implementations_in_scope", "list_materials",
    "list_services", "list_situation_questions", "list_themes", "publish_implementation", "resolve_situation",
    "restore_implementation", "search_bodies", "suspend_implementation",
]  # fmt: skip
