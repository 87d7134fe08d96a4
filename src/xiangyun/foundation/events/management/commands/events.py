"""`events`: see and replay deliveries that failed for good."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from xiangyun.foundation.events import api
from xiangyun.kit.actors import SYSTEM


class Command(BaseCommand):
    """List dead deliveries, replay one or all, or deliver what is due without a worker."""

    help = "查看、重放投递失败的事件"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take exactly one act."""
        act = parser.add_mutually_exclusive_group()
        act.add_argument("--replay", type=int, metavar="编号", help="重放一条失败投递")
        act.add_argument("--replay-all", action="store_true", help="重放全部失败投递")
        act.add_argument("--deliver", action="store_true", help="立即投递到期的事件")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the act and say what was done."""
        now = timezone.now()
        if options["replay"]:
            api.replay_delivery(actor=SYSTEM, delivery_id=options["replay"], at=now)
            self.stdout.write(f"已重新排队：{options['replay']}")
        elif options["replay_all"]:
            self.stdout.write(f"已重新排队 {self._replay_all()} 条")
        elif options["deliver"]:
            self.stdout.write(f"已投递 {api.deliver_due(at=now)} 条")
        else:
            self._list()

    def _replay_all(self) -> int:
        count = 0
        while dead := api.list_dead_deliveries():
            for delivery in dead:
                api.replay_delivery(actor=SYSTEM, delivery_id=delivery.id, at=timezone.now())
            count += len(dead)
        return count

    def _list(self) -> None:
        self.stdout.write(f"失败待处理 {api.count_dead()} 条，到期待投递 {api.count_pending(at=timezone.now())} 条")
        for row in api.list_dead_deliveries(limit=200):
            self.stdout.write(
                f"{row.id}\t{row.event_name}#{row.event_id}\t{row.receiver}\t{row.attempts}次\t{row.last_error}"
            )
