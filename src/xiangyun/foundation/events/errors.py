"""Refusals of the outbox."""

from xiangyun.kit.errors import Conflict, DomainError


class NotInTransaction(DomainError):
    """An event was published outside a transaction, so it could be kept while the act is lost."""

    code = "events.not_in_transaction"
    message = "事件必须与业务操作在同一事务中发布。"
    status = 500


class NotDead(Conflict):
    """Only a delivery that failed for good can be replayed."""

    code = "events.not_dead"
    message = "该投递不在失败队列中，无需重放。"
