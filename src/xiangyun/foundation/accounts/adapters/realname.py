"""Real-name check: is this name the name of this citizen id? One Protocol, the demonstration's population behind it."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from xiangyun.foundation.accounts.models import Resident
from xiangyun.kit.privacy import fingerprint


@dataclass(frozen=True, kw_only=True)
class CivilFacts:
    """What a source knows of a confirmed person beyond name and number; empty where it knows nothing."""

    ethnicity: str = ""
    household_region_code: str = ""
    household_address: str = ""


class RealNameSource(Protocol):
    """A source of real names."""

    def confirm(self, *, name: str, citizen_id: str) -> CivilFacts | None:
        """Return the facts where name and number belong together, None where they do not.

        Raises: RealNameUnavailable where the source does not answer in time (try again later).
        """


class PopulationSource:
    """The fictitious population of the pack; a deployment has none of it, so nobody is confirmed there."""

    def confirm(self, *, name: str, citizen_id: str) -> CivilFacts | None:
        """Look the number up by its keyed index and compare the names."""
        resident = Resident.objects.filter(
            citizen_id_index=fingerprint("citizen_id", citizen_id), is_alive=True
        ).first()
        if resident is None or resident.name != name:
            return None
        return CivilFacts(**resident.facts)


@lru_cache(maxsize=4)
def _source(path: str) -> RealNameSource:
    return cast(RealNameSource, import_string(path)())


def real_name_source() -> RealNameSource:
    """Return the source that `XIANGYUN_REAL_NAME_SOURCE` names."""
    return _source(settings.XIANGYUN_REAL_NAME_SOURCE)
