"""Refusals of the item library."""

from xiangyun.kit.errors import Conflict, NotFound, ValidationError


class ItemNotFound(NotFound):
    """No such code in the library."""

    code = "items.not_found"
    message = "事项库中没有这个事项，请从事项列表重新进入。"


class ItemNotPublished(Conflict):
    """Outside the published library nothing can be applied for."""

    code = "items.not_published"
    message = "该事项目前没有发布，不能申请。如需办理请拨打12345咨询。"


class ItemSuperseded(ItemNotPublished):
    """The version was replaced by a newer one."""

    code = "items.superseded"
    message = (
        "本事项的办事指南已更新，按旧版指南填写的申请不能再提交。"
        "请在“办事”中打开本事项，查看新的要求后重新申请；您的实名信息和电子证照仍会自动带出。"
    )


class UnknownSituation(ValidationError):
    """An answer to a situation question that the guide does not offer."""

    code = "items.unknown_situation"
    message = "办理情形的选择有误，请重新选择。"


class NotPublishable(ValidationError):
    """Checks before publishing failed; `details["problems"]` lists every one."""

    code = "items.not_publishable"
    message = "发布前检查没有通过，请按提示修改。"


class WrongItemStatus(Conflict):
    """The implementation is not in the state that the act needs."""

    code = "items.wrong_status"
    message = "事项的当前状态不能进行此操作，请刷新页面。"
