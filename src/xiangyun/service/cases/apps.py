"""Wiring of cases."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """办件."""

    name = "xiangyun.service.cases"
    label = "cases"
    verbose_name = "办件"
    pack_files = [("demo/cases.yaml", "xiangyun.service.cases.packs.load_demo_cases")]
    audited = {
        "start_case": "填写申请",
        "discard_draft": "删除草稿",
        "attach_material": "提供材料",
        "commit_material": "以承诺代替材料",
        "remove_file": "撤下材料附件",
        "take_paper_materials": "收取纸质材料",
        "submit_case": "提交申请",
        "begin_pre_review": "开始预审",
        "receive_case": "收件",
        "accept_case": "受理",
        "refuse_case": "不予受理",
        "not_applicable_case": "不受理",
        "request_supplement": "一次性告知补正",
        "supplement_case": "补正材料",
        "review_case": "审查",
        "start_special_procedure": "启动特别程序",
        "inspect_case": "特别程序结束",
        "check_case": "审核",
        "decide_case": "决定",
        "issue_certificate": "制发结果证照",
        "deliver_case": "送达",
        "complete_case": "办结",
        "withdraw_case": "撤回申请",
        "return_case": "逾期未补正，退件",
        "void_case": "作废",
        "archive_case": "归档",
    }

    def ready(self) -> None:
        """Register the process handlers and the reactions to lower apps' events."""
        from xiangyun.service.cases import receivers  # noqa: F401
