"""Door of events: publish a fact, subscribe to it, deliver, look after what failed."""

from xiangyun.foundation.events.events import Event, Handler, receivers_of, subscribe, unsubscribe
from xiangyun.foundation.events.operations.delivery import deliver_due, replay_delivery, run_pending
from xiangyun.foundation.events.operations.publishing import publish
from xiangyun.foundation.events.queries import DeadDelivery, count_dead, count_pending, list_dead_deliveries

__all__ = [
    "DeadDelivery",
    "Event",
    "Handler",
    "count_dead",
    "count_pending",
    "deliver_due",
    "list_dead_deliveries",
    "publish",
    "receivers_of",
    "replay_delivery",
    "run_pending",
    "subscribe",
    "unsubscribe",
]
