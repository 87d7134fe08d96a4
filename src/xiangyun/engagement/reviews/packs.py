"""Loader of `review_reasons.yaml`."""

from xiangyun.engagement.reviews.models import Grade, Reason
from xiangyun.foundation.packs.api import PackFile


def load_reasons(file: PackFile) -> int:
    """Write the reasons; one that left the file is retired: reviews refer to it."""
    rows: dict[str, Reason] = {}
    for node in file.read_entries("reasons"):
        if not file.check_keys(node, required=["code", "text"]):
            continue
        code, text = str(node["code"]), str(node["text"])
        if len(code) != 3 or not code.isascii() or not code.isdecimal() or int(code[0]) not in Grade.values:
            file.error(node.line_of("code"), f"代码“{code}”应为三位数字，首位为星级1至5")
        elif code in rows:
            file.error(node.line_of("code"), f"代码“{code}”重复")
        else:
            rows[code] = Reason(code=code, grade=int(code[0]), text=text)
    for grade in Grade:
        if rows and not any(row.grade == grade for row in rows.values()):
            file.error(0, f"{grade.value}星（{grade.label}）没有评价指标")
    file.stop_on_errors()
    Reason.objects.bulk_create(
        [*rows.values()], update_conflicts=True, unique_fields=["code"], update_fields=["grade", "text", "is_retired"]
    )
    Reason.objects.exclude(code__in=rows).update(is_retired=True)
    return len(rows)
