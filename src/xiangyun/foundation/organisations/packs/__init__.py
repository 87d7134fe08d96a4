"""The loader of departments.yaml: bodies of the province, and patterns from which those below are made."""

from xiangyun.foundation.organisations.packs.bodies import Body
from xiangyun.foundation.organisations.packs.halls import write_halls
from xiangyun.foundation.organisations.packs.patterns import make_local_bodies
from xiangyun.foundation.organisations.packs.provincial import read_provincial
from xiangyun.foundation.organisations.packs.writing import give_codes, write_departments
from xiangyun.foundation.packs.api import PackFile

_KEYS = ["departments", "top_parents", "local_patterns", "instantiate"]


def load_departments(file: PackFile) -> int:
    """Write departments, halls and windows; ids and codes of known keys stay, bodies no longer listed stay too."""
    document = file.read_mapping(required=_KEYS)
    bodies: dict[str, Body] = {}
    read_provincial(file, document, bodies)
    file.stop_on_errors()
    make_local_bodies(file, document, bodies)
    file.stop_on_errors()
    give_codes(bodies)
    write_departments(list(bodies.values()))
    return len(bodies) + write_halls(file, document["instantiate"])


__all__ = ["load_departments"]
