"""Door of audit: write a record, read records, check them."""

from xiangyun.foundation.audit.models import AuditRecord
from xiangyun.foundation.audit.operations import export_records, record
from xiangyun.foundation.audit.queries import AuditEntry, get_action_name, list_altered, list_records

Risk = AuditRecord.Risk

__all__ = ["AuditEntry", "Risk", "export_records", "get_action_name", "list_altered", "list_records", "record"]
