"""The relay: offers due promises to the workers, for as long as it runs."""

from __future__ import annotations

import logging
import signal
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import Error as DatabaseError
from django.db import close_old_connections
from kombu.exceptions import OperationalError as BrokerError

from endorsement_portal.outbox import due_ids
from endorsement_portal.tasks import perform

log = logging.getLogger(__name__)


class Command(BaseCommand):
    """`manage.py relay`: leases due promises and hands their ids to Celery."""

    help = "Offer due promises of the outbox to the Celery workers."
    running = True

    def add_arguments(self, parser: CommandParser) -> None:
        """How often to look."""
        parser.add_argument("--every", type=float, default=0.5, help="seconds between looks (default 0.5)")

    def stop(self, *_: Any) -> None:
        """Finish the round and leave."""
        self.running = False

    def handle(self, *args: Any, **options: Any) -> None:
        """Look, offer, rest; a lost database or broker is waited for, since the promises are safe in their rows."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        while self.running:
            offered = 0
            try:
                for outbox_id in due_ids():
                    perform.delay(outbox_id)
                    offered += 1
            except (DatabaseError, BrokerError, OSError) as error:
                log.warning("relay waits: %s", error)
                close_old_connections()
                time.sleep(2)
            if not offered:
                time.sleep(options["every"])
