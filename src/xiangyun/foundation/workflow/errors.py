"""What the engine refuses, in words for the person at the desk or the author of a process."""

from dataclasses import dataclass

from xiangyun.kit.errors import Conflict, DomainError, NotAllowed, NotFound, ValidationError


@dataclass(frozen=True)
class Problem:
    """One fault of a BPMN file: the element's id and name, the line, and what is wrong."""

    element_id: str
    name: str
    line: int
    reason: str

    def __str__(self) -> str:
        label = f"{self.element_id}“{self.name}”" if self.name else self.element_id
        return f"第{self.line}行 {label}：{self.reason}" if label else f"第{self.line}行：{self.reason}"


class BpmnRefused(DomainError):
    """A BPMN file outside the subset or with broken parts; `problems` holds all of them."""

    code = "workflow.bpmn_refused"
    message = "流程文件有误，未载入。请按所列问题修改后重新载入。"
    status = 422

    def __init__(self, problems: list[Problem]) -> None:
        """Keep every problem, for the list in the editor or the report of the pack."""
        lines = [str(problem) for problem in problems]
        super().__init__(f"流程文件有{len(problems)}处错误，未载入：" + "；".join(lines), problems=lines)
        self.problems = problems


class UnknownProcess(NotFound):
    """No definition with this key was loaded."""

    code = "workflow.unknown_process"
    message = "没有名为该标识的流程，请先载入流程文件。"


class ProcessNotFound(NotFound):
    """No such running or ended process."""

    code = "workflow.process_not_found"
    message = "没有找到该流程，请从办件页面重新进入。"


class WorkItemNotFound(NotFound):
    """No such work item."""

    code = "workflow.work_item_not_found"
    message = "没有找到该待办事项，请刷新待办列表。"


class WorkItemClosed(Conflict):
    """Somebody did it first, or it is no longer needed."""

    code = "workflow.work_item_closed"
    message = "该事项已办理或已取消，请刷新待办列表。"


class ProcessOver(Conflict):
    """The process has ended; nothing in it can move."""

    code = "workflow.process_over"
    message = "该流程已经结束，不能再办理。"


class MessageNotExpected(Conflict):
    """No step of the process waits for this message now."""

    code = "workflow.message_not_expected"
    message = "流程当前没有环节等待这条消息，请刷新页面查看最新进度。"


class NotACandidate(NotAllowed):
    """The actor holds none of the roles that the step names, or the item is another person's."""

    code = "workflow.not_a_candidate"
    message = "该环节不由您办理。如需办理，请联系本单位管理员授予相应岗位。"


class UnknownOutcome(ValidationError):
    """The step does not offer this outcome."""

    code = "workflow.unknown_outcome"
    message = "该环节没有这个办理结果，请从列出的结果中选择。"


class ProcessStuck(DomainError):
    """Automatic steps chase each other without end, or no path fits; the process file must be changed."""

    code = "workflow.process_stuck"
    message = "流程无法继续：自动环节没有出口，请联系管理员检查流程文件。"
    status = 500


class UnknownHandler(DomainError):
    """A service task names a function nobody registered."""

    code = "workflow.unknown_handler"
    message = "流程中的自动环节没有对应的处理程序，请联系管理员。"
    status = 500
