"""Errors that people may read: a stable code, a Chinese sentence that says what to do next, an HTTP status."""

from typing import Any, ClassVar


class DomainError(Exception):
    """A refusal by a rule of the field; rendered as `{code, message, details}` by one handler and one middleware."""

    code: ClassVar[str] = "error"
    message: ClassVar[str] = "操作未完成，请稍后再试或拨打12345咨询。"
    status: ClassVar[int] = 400

    def __init__(self, message: str | None = None, **details: Any) -> None:
        """Take the sentence for the reader (default: the class's) and plain details for programs."""
        self.text = message or self.message
        self.details = details
        super().__init__(self.text)

    def as_dict(self) -> dict[str, Any]:
        """Return `{code, message, details}`."""
        return {"code": self.code, "message": self.text, "details": self.details}


class ValidationError(DomainError):
    """Input that breaks a rule; `details` maps field names to sentences."""

    code = "invalid_input"
    message = "填写的内容有误，请按提示修改后再提交。"
    status = 422


class NotAllowed(DomainError):
    """The actor holds no right for this act on this very row."""

    code = "not_allowed"
    message = "您没有办理此操作的权限。如需办理，请联系本单位管理员。"
    status = 403


class NotFound(DomainError):
    """No such row, or none that the actor may know of."""

    code = "not_found"
    message = "没有找到相关内容，可能已被移除或您无权查看。"
    status = 404


class Conflict(DomainError):
    """Somebody else acted first, or the same act came twice."""

    code = "conflict"
    message = "该内容已被他人更新，请刷新页面后再操作。"
    status = 409
