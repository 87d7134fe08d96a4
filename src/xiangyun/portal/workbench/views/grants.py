"""授权查询: who holds which role, where, since when and by whom."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from xiangyun.foundation.access import api as access
from xiangyun.portal.workbench.permissions import actor_of, officials_only
from xiangyun.portal.workbench.views.tables import EXPORTED, PAGE, cursor_of, page_of, query_of, text_of, workbook


@officials_only
@require_safe
def grants(request: HttpRequest) -> HttpResponse:
    """Show the grants on the places this administrator looks after."""
    narrowed, roles = _narrowed(request), access.list_roles()
    rows = access.list_grants_in_scope(
        actor=actor_of(request), at=timezone.now(), **narrowed, after=cursor_of(request), limit=PAGE + 1
    )
    names = {
        "text": narrowed["text"],
        "role": next((role.name for role in roles if role.code == narrowed["role"]), narrowed["role"]),
        "state": dict(access.GrantState.choices).get(narrowed["state"], ""),
    }
    params = {"text": "q"}
    context = {
        **page_of(request, rows),
        "narrowed": narrowed,
        "roles": roles,
        "states": access.GrantState.choices,
        "chips": [
            (label, query_of(request, "after", params.get(name, name))) for name, label in names.items() if label
        ],
    }
    return render(request, "workbench/grants.html", context)


@officials_only
@require_safe
def export_grants(request: HttpRequest) -> HttpResponse:
    """Send the same list as XLSX."""
    found = access.list_grants_in_scope(
        actor=actor_of(request), at=timezone.now(), **_narrowed(request), limit=EXPORTED
    )
    heads = ["人员", "登录名", "角色", "区划范围", "机构范围", "状态", "生效日期", "失效日期", "授权人", "授权时间", "收回人",
             "收回时间", "事由"]  # fmt: skip
    rows = [
        [row.user_name, row.username, row.role_name, row.region_name, row.department_name or "全部机构", row.state.label,
         row.valid_from, row.valid_to, row.granted_by or "系统", row.granted_at, row.revoked_by, row.revoked_at, row.reason]
        for row in found
    ]  # fmt: skip
    return workbook("grants", "授权", heads, rows)


def _narrowed(request: HttpRequest) -> dict[str, Any]:
    state = request.GET.get("state", "")
    return {
        "text": text_of(request),
        "role": text_of(request, "role"),
        "state": state if state in access.GrantState.values else "",
    }
