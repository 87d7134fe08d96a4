"""Door of powers: what a body may do by law."""

from xiangyun.service.powers.queries import PowerRef, find_power_entry, list_power_entries

__all__ = ["PowerRef", "find_power_entry", "list_power_entries"]
