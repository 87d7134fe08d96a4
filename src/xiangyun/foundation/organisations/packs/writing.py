"""Codes, paths and rows of departments."""

from collections import defaultdict

from django.db import connection

from xiangyun.foundation.organisations.models import Department
from xiangyun.foundation.organisations.packs.bodies import Body
from xiangyun.kit.codes import make_uscc

_DEMO_PREFIX = "DM"


def give_codes(bodies: dict[str, Body]) -> None:
    """Give every body without a code a demonstration one (GB 32100), and its path and depth.

    A key that is already in the database keeps its code: seals, certificates and paths carry it.
    """
    known = dict(Department.objects.values_list("key", "code"))
    used: dict[str, set[str]] = defaultdict(set)
    for code in [*known.values(), *(body.code for body in bodies.values() if body.code)]:
        used[code[2:8]].add(code[8:16])
    serials: dict[str, int] = defaultdict(int)
    for body in bodies.values():  # superiors come before those below them, or are the province's
        body.code = body.code or known.get(body.key) or _next_code(body, used, serials)
    for body in bodies.values():
        _give_path(body, bodies)


def _next_code(body: Body, used: dict[str, set[str]], serials: dict[str, int]) -> str:
    place = body.region.code[:6]
    while True:
        serials[place] += 1
        subject = f"{_DEMO_PREFIX}{serials[place]:06d}"
        if subject not in used[place]:
            return make_uscc(body.uscc_kind, place, subject)


def _give_path(body: Body, bodies: dict[str, Body]) -> None:
    if body.path:
        return
    if body.parent_key is None:
        body.path, body.depth = f"{body.code}/", 0
        return
    parent = bodies[body.parent_key]
    _give_path(parent, bodies)
    body.path, body.depth = f"{parent.path}{body.code}/", parent.depth + 1


def write_departments(bodies: list[Body]) -> None:
    """Write all rows by COPY; those with a known key are updated where they differ."""
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists organisations_incoming")
        cursor.execute(
            "create temp table organisations_incoming (code text, key text, name text, short_name text, kind text,"
            " level text, region_id bigint, parent_key text, path text, depth int, lead_code text, phone text)"
        )
        with cursor.copy("copy organisations_incoming from stdin") as copy:
            for body in bodies:
                copy.write_row(
                    (
                        body.code, body.key, body.name, body.short_name, body.kind, body.level, body.region.id,
                        body.parent_key, body.path, body.depth, body.lead_code, body.phone,
                    )
                )  # fmt: skip
        cursor.execute("analyze organisations_incoming")
        for depth in range(max(body.depth for body in bodies) + 1):  # superiors must have their ids first
            cursor.execute(_UPSERT, [depth])
        cursor.execute("drop table organisations_incoming")
        cursor.execute("analyze organisations_department")


_UPSERT = """
insert into organisations_department as d (code, key, name, short_name, kind, level, region_id, parent_id, path,
    lead_code, address, phone, is_demo_code)
select n.code, n.key, n.name, n.short_name, n.kind, n.level, n.region_id, p.id, n.path, n.lead_code, '', n.phone,
    substr(n.code, 9, 2) = 'DM'
from organisations_incoming n left join organisations_department p on p.key = n.parent_key
where n.depth = %s
order by n.level, n.path
on conflict (key) do update set
    code = excluded.code, name = excluded.name, short_name = excluded.short_name, kind = excluded.kind,
    level = excluded.level, region_id = excluded.region_id, parent_id = excluded.parent_id, path = excluded.path,
    lead_code = excluded.lead_code, phone = excluded.phone, is_demo_code = excluded.is_demo_code
where (d.code, d.name, d.short_name, d.kind, d.level, d.region_id, d.parent_id, d.path, d.lead_code, d.phone)
    is distinct from (excluded.code, excluded.name, excluded.short_name, excluded.kind, excluded.level,
    excluded.region_id, excluded.parent_id, excluded.path, excluded.lead_code, excluded.phone)
"""
