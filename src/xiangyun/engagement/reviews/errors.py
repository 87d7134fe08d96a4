"""Refusals of reviews."""

from xiangyun.kit.errors import Conflict, DomainError, NotAllowed, NotFound


class NotInvited(NotFound):
    """No such invitation, or not for this person."""

    code = "reviews.not_invited"
    message = "没有找到可评价的服务。办结后请从“我的评价”进入，或扫描文书上的评价二维码。"


class AlreadyReviewed(Conflict):
    """The stage of the case has its review."""

    code = "reviews.already_reviewed"
    message = "这次服务您已经评价过了，感谢您的参与。如有新的情况，请拨打12345反映。"


class InvitationExpired(Conflict):
    """The fifteen days are over."""

    code = "reviews.invitation_expired"
    message = "评价期（15天）已过。如对服务不满意，请拨打12345反映，我们会核实处理。"


class OwnWork(NotAllowed):
    """Staff do not rate what they handled."""

    code = "reviews.own_work"
    message = "工作人员不能评价自己办理的业务。如有意见，请向本单位或上级部门反映。"


class UnfitReason(DomainError):
    """A reason belongs to another grade, or a bad review says nothing."""

    code = "reviews.unfit_reason"
    message = "所选理由与评价等级不符，请重新选择。"
    status = 422
