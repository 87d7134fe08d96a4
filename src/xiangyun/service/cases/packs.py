"""Demonstration cases."""

from xiangyun.foundation.packs import api as packs


def load_demo_cases(file: packs.PackFile, *, check: bool) -> int:
    """Nothing yet."""
    return 0
