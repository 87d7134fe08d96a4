"""Xiangyun (祥云): a province's digital government, one folder a system."""
