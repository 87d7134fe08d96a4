"""What can go wrong with certificates."""

from xiangyun.kit.errors import Conflict, DomainError, NotAllowed, NotFound, ValidationError


class CertificateNotFound(NotFound):
    """No such certificate, or none that the reader may know of."""

    code = "certificates.not_found"
    message = "没有查到这份电子证照，请核对证照标识是否输入完整。"


class TypeNotFound(NotFound):
    """No such type in the directory."""

    code = "certificates.no_type"
    message = "证照类型不在目录中，请联系事项管理员核对。"


class BadIdentifier(ValidationError):
    """The identifier cannot be one of GB/T 36904."""

    code = "certificates.bad_identifier"
    message = "电子证照标识不正确，请核对后重新输入。"


class AlreadyIssued(Conflict):
    """The case has its certificate of this type already."""

    code = "certificates.already_issued"
    message = "本次办件已签发过同类电子证照，请勿重复签发。"


class WrongStatus(Conflict):
    """The act does not fit the certificate's status."""

    code = "certificates.wrong_status"
    message = "证照当前状态不允许此操作，请刷新后核对。"


class NotInForce(DomainError):
    """Only a valid certificate within its dates may be presented or used."""

    code = "certificates.not_in_force"
    message = "该证照不在有效状态或已过有效期，不能出示或使用。请向发证机关申请延续、换发或恢复。"
    status = 409


class WrongHolder(NotAllowed):
    """The certificate belongs to somebody else."""

    code = "certificates.wrong_holder"
    message = "该证照的持证主体与申请人不一致，不能用于本次办理。请核对办理身份，或改用申请人自己的证照。"


class PresentCodeExpired(DomainError):
    """The dynamic code is older than it may be."""

    code = "certificates.present_expired"
    message = "亮证码已过期，请持证人刷新后重新扫码。"
    status = 410


class PresentCodeUsed(DomainError):
    """The dynamic code was verified once already."""

    code = "certificates.present_used"
    message = "亮证码已被核验过一次，请持证人刷新后重新扫码。"
    status = 410


class BadPresentCode(ValidationError):
    """Not a code that this platform signed."""

    code = "certificates.bad_present_code"
    message = "亮证码不是本平台签发的，请勿相信；可以请对方打开“我的证照”重新出示。"


class TrustTooLow(NotAllowed):
    """Presenting needs a session with a higher real-name level."""

    code = "certificates.trust_too_low"
    message = "出示电子证照需要更高的实名等级，请先完成实名核验。"


class FileGone(NotFound):
    """The stored file is missing."""

    code = "certificates.file_gone"
    message = "证照文件暂时无法读取，请稍后再试或拨打12345咨询。"


class TooManyRequests(DomainError):
    """Somebody tries identifiers one after the other."""

    code = "certificates.too_many_requests"
    message = "查询过于频繁，请一分钟后再试。"
    status = 429
