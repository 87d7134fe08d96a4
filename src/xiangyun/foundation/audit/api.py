"""Door of audit: write a record, read records, check them."""

from xiangyun.foundation.audit.operations import record
from xiangyun.foundation.audit.queries import AuditEntry, list_altered, list_records

__all__ = ["AuditEntry", "list_altered", "list_records", "record"]
