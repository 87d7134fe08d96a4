"""Door of powers: what a body may do by law."""

from xiangyun.service.powers.queries import PowerRef, find_power_entry

__all__ = ["PowerRef", "find_power_entry"]
