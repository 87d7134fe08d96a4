"""Refusals of documents."""

from xiangyun.kit.errors import Conflict, DomainError, NotFound


class UnknownDocument(NotFound):
    """No such paper."""

    code = "documents.unknown_document"
    message = "没有找到该文书。请核对文号或二维码，也可拨打12345查询。"


class UnknownKind(DomainError):
    """No kind of paper under this code; the pack was not loaded or the code is wrong."""

    code = "documents.unknown_kind"
    message = "没有这种文书，请联系系统管理员核对文书种类。"
    status = 422


class MissingData(DomainError):
    """A paper lacks what it must say; `details["missing"]` lists it."""

    code = "documents.missing_data"
    message = "文书内容不完整，未予编号。请补全后再出具。"
    status = 422


class AlreadySealed(Conflict):
    """A sealed paper is never sealed or rendered anew."""

    code = "documents.already_sealed"
    message = "该文书已经用印，请直接查看或下载。"


class BadTemplate(DomainError):
    """A template cannot be typeset; `details["reason"]` is what typst says."""

    code = "documents.bad_template"
    message = "文书模板有误，未能排版。请联系系统管理员。"
    status = 500
