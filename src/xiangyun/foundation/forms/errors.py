"""Refusals of forms: a definition that cannot be used, a draft that another page overtook, a form already handed in."""

from xiangyun.kit.errors import Conflict, DomainError, NotFound


class BadDefinition(DomainError):
    """A form definition breaks a rule; `details["problems"]` lists every one with its place."""

    code = "forms.bad_definition"
    message = "表单定义有误，未装载。请按所列问题修改后重新装载。"
    status = 422


class UnknownForm(NotFound):
    """No definition under this key and version."""

    code = "forms.unknown_form"
    message = "没有找到该表单，请从办事指南重新进入。"


class UnknownFilledForm(NotFound):
    """No such filled form, or it belongs to somebody else."""

    code = "forms.unknown_filled_form"
    message = "没有找到您的这份表单，可能已被删除。请从“我的办件”重新进入。"


class DraftOvertaken(Conflict):
    """An older page tried to save; `details["differences"]` lists what differs, nothing was overwritten."""

    code = "forms.draft_overtaken"
    message = "这份表单已在另一个页面保存过，本页较旧，没有覆盖。请载入最新内容后继续填写。"


class AlreadySubmitted(Conflict):
    """Answers that were handed in do not change any more."""

    code = "forms.already_submitted"
    message = "这份表单已经提交，不能再修改。如需更正，请在办件中申请补正或撤回。"
