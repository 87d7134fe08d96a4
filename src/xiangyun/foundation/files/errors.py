"""Why a file is not taken, or not handed out."""

from typing import Any

from xiangyun.kit.errors import Conflict, DomainError, NotFound, ValidationError


class FileRefused(ValidationError):
    """The base of all refusals of an upload; `details["file"]` is the sentence for the field."""

    code = "files.refused"
    message = "文件未能上传，请检查后重新选择。"

    def __init__(self, message: str | None = None, **details: Any) -> None:
        """Bind the sentence to the upload field."""
        super().__init__(message, **details)
        self.details.setdefault("file", self.text)


class EmptyFile(FileRefused):
    """Nothing in it."""

    code = "files.empty"
    message = "文件是空的（0字节），请重新选择。"


class NoFile(FileRefused):
    """The form came without a file."""

    code = "files.none"
    message = "请先选择文件再上传。"


class FileTooBig(FileRefused):
    """More bytes than the place allows."""

    code = "files.too_big"
    message = "文件太大，请压缩或拆分后再上传。"


class WrongType(FileRefused):
    """The content is none of the allowed types, or not what the name says."""

    code = "files.wrong_type"
    message = "文件类型不符合要求，请换一种格式后再上传。"


class DamagedFile(FileRefused):
    """The type is right but the content cannot be read safely."""

    code = "files.damaged"
    message = "文件已损坏或无法打开，请重新生成后上传。"


class InfectedFile(FileRefused):
    """The scanner found malicious code."""

    code = "files.infected"
    message = "文件中发现恶意代码，不能上传。请用杀毒软件检查您的设备。"


class ScannerDown(DomainError):
    """Nobody can say whether the file is clean."""

    code = "files.scanner_down"
    message = "文件安全检查暂时不可用，请稍后再上传。"
    status = 503


class UploadGone(NotFound):
    """Nobody began it, somebody else did, or it waited too long for its rest."""

    code = "files.upload_gone"
    message = "上传已中断，请重新选择文件上传。"


class PartOutOfPlace(Conflict):
    """Bytes are missing before this part, or it came twice; `details["received"]` is where to go on."""

    code = "files.part_out_of_place"
    message = "文件还没有传完，请重新上传。"


class ContentLost(NotFound):
    """The storage no longer has it."""

    code = "files.lost"
    message = "文件内容缺失，请联系平台运维人员。"


class ContentDamaged(DomainError):
    """What the storage has is not what was stored, or its key is gone."""

    code = "files.content_damaged"
    message = "文件内容已损坏或被改动，不能打开，请联系平台运维人员。"
    status = 500
