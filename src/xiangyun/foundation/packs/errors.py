"""What can be wrong with a content pack, said with file, line and reason."""

from dataclasses import dataclass

from xiangyun.kit.errors import DomainError


@dataclass(frozen=True, order=True)
class PackProblem:
    """One mistake: the file relative to the pack, its line (0 = the whole file), the reason in Chinese."""

    path: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.reason}" if self.line else f"{self.path} {self.reason}"


class PackErrors(DomainError):
    """One or more files of the pack hold mistakes; nothing of those files was written."""

    code = "packs.errors"
    message = "内容包有错误，请按所列文件和行号修改后重新加载。"
    status = 422

    def __init__(self, problems: list[PackProblem]) -> None:
        """Keep the problems in the order of files and lines, each once."""
        self.problems = list(dict.fromkeys(problems))
        listing = "\n".join(str(problem) for problem in self.problems)
        super().__init__(f"{self.message}\n{listing}", problems=[str(problem) for problem in self.problems])


class FileStopped(Exception):
    """Leave a loader early: the mistakes are already noted on the file."""
