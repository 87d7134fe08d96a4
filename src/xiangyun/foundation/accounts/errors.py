"""Refusals of accounts."""

from xiangyun.kit.errors import Conflict, DomainError, NotAllowed, NotFound


class PersonNotFound(NotFound):
    """No such account."""

    code = "accounts.person_not_found"
    message = "没有找到该人员，请核对姓名和手机号；对方需先注册并完成实名认证。"


class FirmNotFound(NotFound):
    """No such firm."""

    code = "accounts.firm_not_found"
    message = "没有找到该单位，请核对统一社会信用代码。"


class MandateNotFound(NotFound):
    """No such mandate, or it was taken back before."""

    code = "accounts.mandate_not_found"
    message = "没有找到这项授权，可能已被撤销，请刷新后查看。"


class AlreadyRegistered(Conflict):
    """The citizen id, mobile or user name belongs to an account already."""

    code = "accounts.already_registered"
    message = "该身份证号、手机号或用户名已有账号，请直接登录；如非本人注册，请携带身份证到政务服务大厅处理。"


class FirmExists(Conflict):
    """The code belongs to a firm already."""

    code = "accounts.firm_exists"
    message = "该统一社会信用代码的单位已经登记，请核对代码；需要代其办事的，请由其法定代表人授权。"


class AlreadyMandated(Conflict):
    """The person holds a mandate of this firm in that period."""

    code = "accounts.already_mandated"
    message = "该经办人在此期间已有本单位的授权，如需变更请先撤销原授权。"


class NotLegalRepresentative(NotAllowed):
    """Only the legal representative may give mandates of a firm."""

    code = "accounts.not_legal_representative"
    message = "只有法定代表人（负责人）可以授权经办人，请由法定代表人登录后办理。"


class NotYourSubject(NotAllowed):
    """The person may not act for this firm (any more)."""

    code = "accounts.not_your_subject"
    message = "您没有该单位的有效授权，不能以其名义办事。请联系该单位法定代表人授权。"


class RealNameRequired(NotAllowed):
    """The act asks for a higher real-name level."""

    code = "accounts.real_name_required"
    message = "此操作需要先完成实名认证，请在“我的账号”中办理。"


class RealNameMismatch(DomainError):
    """The source does not know this name with this number."""

    code = "accounts.real_name_mismatch"
    message = "姓名与身份证号码核验不一致，请核对后重试；如近期更改过姓名，请携带身份证到政务服务大厅处理。"
    status = 422


class RealNameUnavailable(DomainError):
    """The source of real names does not answer: try again later."""

    code = "accounts.real_name_unavailable"
    message = "实名核验服务暂时不可用，请稍后再试。"
    status = 503


class FieldNotMasked(NotFound):
    """There is no such personal field."""

    code = "accounts.field_not_masked"
    message = "没有这项信息，请返回上一页重新选择。"
