"""Wiring of workbench."""

from typing import ClassVar

from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    """工作台."""

    name = "xiangyun.portal.workbench"
    label = "workbench"
    verbose_name = "工作台"
    menus: ClassVar[dict[str, list[tuple[str, str, str]]]] = {
        "official": [
            ("待办", "inbox", "workbench:todo"),
            ("窗口收件", "building-store", "workbench:intake"),
            ("办件查询", "search", "workbench:cases"),
            ("事项查询", "list-details", "workbench:items"),
            ("印章查询", "rubber-stamp", "workbench:seals"),
            ("审计记录", "history", "workbench:records"),
            ("授权查询", "shield-lock", "workbench:grants"),
            ("运行维护", "settings", "workbench:upkeep"),
        ]
    }
    # an entry is shown to those who hold one of its rights somewhere; whoever holds none of the first is never given a
    # case to act on, and /desk/ brings them to the first entry that is theirs
    menu_rights: ClassVar[dict[str, set[str]]] = {
        "workbench:todo": {
            "cases.accept_case",
            "cases.decide_at_once",
            "cases.review_case",
            "cases.inspect_case",
            "cases.check_case",
            "cases.decide_case",
            "cases.deliver_case",
        },
        "workbench:intake": {"cases.intake_case"},
        "workbench:cases": {"cases.view_case"},
        "workbench:items": {"items.manage_item", "items.publish_item"},
        "workbench:seals": {"seals.view_usage"},
        "workbench:records": {"audit.view_records"},
        "workbench:grants": {"access.view_grants"},
        "workbench:upkeep": {"events.replay"},
    }
