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
            ("运行维护", "settings", "workbench:upkeep"),
        ]
    }
    # an entry is shown to those who hold one of its rights somewhere; entries not named here are for every official
    menu_rights: ClassVar[dict[str, set[str]]] = {
        "workbench:intake": {"cases.intake_case"},
        "workbench:cases": {"cases.view_case"},
        "workbench:upkeep": {"events.replay"},
    }
