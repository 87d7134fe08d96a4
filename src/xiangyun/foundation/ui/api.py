"""The door of ui: the menus, for pages that lead to the first entry of one."""

from xiangyun.foundation.ui.queries import list_menu

__all__ = ["list_menu"]
