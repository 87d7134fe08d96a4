"""Firms that are written down by an official."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from xiangyun.foundation.accounts.errors import FirmExists
from xiangyun.foundation.accounts.events import FirmCreated
from xiangyun.foundation.accounts.models import Firm
from xiangyun.foundation.accounts.operations.traces import record_of_firm
from xiangyun.foundation.accounts.permissions import require_somewhere
from xiangyun.foundation.events import api as events
from xiangyun.kit.actors import Actor
from xiangyun.kit.codes import check_uscc
from xiangyun.kit.transactions import in_one_transaction


@in_one_transaction
def create_firm(*, actor: Actor, uscc: str, name: str, at: datetime, **facts: Any) -> int:
    """Write a firm down; `facts` are its columns (`kind`, `legal_rep_id`, `address`, `region_id`, `industry`, …).

    Raises: NotAllowed, ValidationError, FirmExists.
    """
    require_somewhere(actor, "accounts.manage_firms", at)
    firm = Firm(uscc=check_uscc(uscc), name=name.strip(), updated_on=timezone.localdate(at), **facts)
    try:
        with transaction.atomic():
            firm.save(force_insert=True)
    except IntegrityError as error:
        raise FirmExists(uscc=uscc) from error
    record_of_firm(actor, "accounts.create_firm", firm, {}, at)
    events.publish(FirmCreated(firm_id=firm.pk, at=at))
    return firm.pk
