"""The loader of `pack.yaml`: name, version, province and banner of the pack itself."""

from xiangyun.foundation.packs.models import Pack
from xiangyun.foundation.packs.queries.files import PackFile
from xiangyun.foundation.packs.queries.nodes import YamlMap

_DEMO_BANNER = "演示系统：人员、企业和证照均为虚构，不具有法律效力"


def load_pack_info(file: PackFile) -> int:
    """Write the pack's own row."""
    info = file.read_yaml()
    if not isinstance(info, YamlMap):
        file.fail(1, "应为键值")
    file.check_keys(info, required=["name", "title", "version", "province"], optional=["demo_banner", "ignore"])
    file.stop_on_errors()
    was_demo = Pack.objects.filter(name=info["name"], is_demo=True).exists()
    Pack.objects.update_or_create(
        name=info["name"],
        defaults={
            "title": info["title"],
            "version": str(info["version"]),
            "province_code": str(info["province"]).ljust(12, "0"),
            "demo_banner": info.get("demo_banner") or _DEMO_BANNER,
            "is_demo": file.demo or was_demo,  # demo rows stay, so must the banner
            "loaded_at": file.at,
        },
    )
    return 1
