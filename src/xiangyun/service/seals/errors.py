"""What can go wrong with seals."""

from xiangyun.kit.errors import Conflict, DomainError, NotFound


class NoAuthority(DomainError):
    """No certification authority is set up, so no seal can be made."""

    code = "seals.no_authority"
    message = "本平台尚未建立电子印章认证体系，暂不能制作电子印章，请联系系统管理员。"
    status = 409


class NoSeal(DomainError):
    """The department has no usable seal of this kind."""

    code = "seals.no_seal"
    message = "该单位没有可用的电子印章，请联系印章管理员制作或启用后再办理。"
    status = 409


class SealNotFound(NotFound):
    """No such seal."""

    code = "seals.not_found"
    message = "没有找到该电子印章，请从印章列表重新选择。"


class AlreadyMade(Conflict):
    """A live seal of the kind exists: a second one needs the first revoked."""

    code = "seals.already_made"
    message = "该单位已有同类有效印章，请先注销原印章再重新制作。"


class WrongSealStatus(Conflict):
    """The act does not fit the seal's status."""

    code = "seals.wrong_status"
    message = "印章当前状态不允许此操作，请刷新后核对。"
