"""Door of accounts: who somebody is, for whom they act, and the acts on accounts, firms and mandates."""

from xiangyun.foundation.accounts.operations.disclosure import record_unmasking, unmask
from xiangyun.foundation.accounts.operations.firms import create_firm
from xiangyun.foundation.accounts.operations.mandates import give_mandate, revoke_mandate
from xiangyun.foundation.accounts.operations.officials import close_official, create_official
from xiangyun.foundation.accounts.operations.passwords import reset_password
from xiangyun.foundation.accounts.operations.people import confirm_identity, create_person, register_person
from xiangyun.foundation.accounts.operations.subjects import switch_subject
from xiangyun.foundation.accounts.queries.firms import (
    FirmProfile,
    Subject,
    find_firm_by_uscc,
    find_subject,
    get_firm,
    get_firm_by_uscc,
    list_firm_ids,
    list_mandates,
    list_subjects,
)  # fmt: skip
from xiangyun.foundation.accounts.queries.people import (
    Profile,
    find_user_by_citizen_id,
    find_user_by_mobile,
    find_user_by_username,
    get_user_by_citizen_id,
    get_user_profile,
    list_people,
)  # fmt: skip

__all__ = [
    "FirmProfile",
    "Profile",
    "Subject",
    "close_official",
    "confirm_identity",
    "create_firm",
    "create_official",
    "create_person",
    "find_firm_by_uscc",
    "find_subject",
    "find_user_by_citizen_id",
    "find_user_by_mobile",
    "find_user_by_username",
    "get_firm",
    "get_firm_by_uscc",
    "get_user_by_citizen_id",
    "get_user_profile",
    "give_mandate",
    "list_firm_ids",
    "list_mandates",
    "list_people",
    "list_subjects",
    "record_unmasking",
    "register_person",
    "reset_password",
    "revoke_mandate",
    "switch_subject",
    "unmask",
]
