"""Refusals of casework, each with what to do next."""

from xiangyun.kit.errors import Conflict, DomainError, NotFound


class CaseNotFound(NotFound):
    """No case, or none the actor may see."""

    code = "cases.not_found"
    message = "没有找到这件办件，请核对办件编号，或回到办件列表中查找。"


class WrongStatus(Conflict):
    """The case is not in a state in which this act is possible."""

    code = "cases.wrong_status"
    message = "办件当前状态不能进行此操作，请刷新页面查看最新进度。"


class AlreadySubmitted(Conflict):
    """The same application was handed in before."""

    code = "cases.already_submitted"
    message = "该申请已经提交，请勿重复提交，可在“我的办件”中查看进度。"


class RequestReused(Conflict):
    """The number of the request opened another application before."""

    code = "cases.request_reused"
    message = "该请求编号已用于另一项申请，请返回办事指南重新开始办理。"


class AlreadyDecided(Conflict):
    """The decision has been taken."""

    code = "cases.already_decided"
    message = "该办件已作出决定，不能再撤回。对决定有异议的，可依法申请行政复议或提起行政诉讼。"


class MaterialsMissing(DomainError):
    """Required materials are not there; `details` lists them."""

    code = "cases.materials_missing"
    message = "还有必需的材料没有提供，请补充后再提交。"
    status = 422


class ReasonNeeded(DomainError):
    """A refusal or denial must give its reasons (行政许可法 38)."""

    code = "cases.reason_needed"
    message = "作出不利于申请人的处理必须说明理由，请填写理由和依据。"
    status = 422


class SameOfficial(DomainError):
    """The clerk who accepted a case may not decide it."""

    code = "cases.same_official"
    message = "受理人不能审批本人受理的办件，请由其他审批人办理。"
    status = 403


class WrongAudience(DomainError):
    """The item is not for this kind of applicant."""

    code = "cases.wrong_audience"
    message = "该事项不面向您当前的办理身份，请在页面上方切换办理身份后再申请。"
    status = 422


class ConditionNotMet(DomainError):
    """What the account knows of the applicant does not meet a condition of the guide."""

    code = "cases.condition_not_met"
    message = "您的情况不符合该事项的办理条件，请查看办事指南中的“谁能办”。"
    status = 422


class RealNameNeeded(DomainError):
    """Applying asks for a real-name account (level 2)."""

    code = "cases.real_name_needed"
    message = "办理事项需要完成实名认证，请先在“我的账号”中完成认证。"
    status = 403


class NotAuthorised(DomainError):
    """Who stands at the window may not act for the applicant; `details` name the paper that would help, if any."""

    code = "cases.not_authorised"
    message = "到场的人员不能代为办理，请由本人、法定代表人或持授权委托书的代理人办理。"
    status = 422
