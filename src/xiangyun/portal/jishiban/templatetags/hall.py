"""What the hall's pages need: the chosen city and the colours of case states."""

from zlib import crc32

from django import template
from django.template import Context

from xiangyun.foundation.regions import api as regions
from xiangyun.portal.jishiban.queries import places, track
from xiangyun.service.cases import api as cases

register = template.Library()


@register.simple_tag(takes_context=True)
def city(context: Context) -> regions.RegionRef:
    """Return the region whose services the visitor wants to see."""
    return places.chosen_region(context["request"].COOKIES.get("city", ""))


@register.filter
def tone(status: str) -> str:
    """Return the colour of a case state."""
    return track.tone_of(status)


@register.filter
def state(row: cases.CaseRow) -> str:
    """Return the state of a case in the words of the tabs: what is kept is a draft (草稿)."""
    return "草稿" if row.status == cases.Status.DRAFT else row.status_name


@register.filter
def colour(type_key: str) -> int:
    """Return which of the five card colours a certificate type has, always the same."""
    return crc32(type_key.encode()) % 5
