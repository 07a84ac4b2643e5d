"""Telling the portal: signed webhook deliveries with retries, and the mischief that tests ask for."""

import http.client
import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from heapq import heappop, heappush
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from stripe import WebhookSignature

from .wire import Record

log = logging.getLogger("payments.bank")

LONGEST_PAUSE = 60.0
TIMEOUT = 10.0


@dataclass
class Behavior:
    """How deliveries misbehave. The defaults deliver every event once, at once."""

    duplicate: int = 1  # how many times each event is delivered
    delay: float = 0.0  # seconds before the first attempt
    drop: bool = False  # events happen and are listed, but nobody is told
    hold: bool = False  # events wait until they are released, in any order
    attempts: int = 12  # how often a delivery is tried before the bank gives up
    pause: float = 0.5  # seconds before the second attempt; doubled each time, up to a minute


@dataclass(order=True)
class _Delivery:
    """One attempt that is due."""

    due_at: float
    turn: int
    event: Record = field(compare=False)
    attempt: int = field(compare=False, default=1)


class Deliveries:
    """A queue of webhook deliveries and the thread that works it off."""

    def __init__(self, *, url: str | None, secret: str, behavior: Behavior, on_taken: Callable[[str], None]) -> None:
        self.url = url
        self.secret = secret
        self.behavior = behavior
        self.on_taken = on_taken
        self.attempts: list[dict[str, Any]] = []
        self.held: list[Record] = []
        self._queue: list[_Delivery] = []
        self._turns = count()
        self._wake = threading.Condition()
        self._under_way: tuple[_Delivery, ...] = ()
        self._stopping = False
        self._thread = threading.Thread(target=self._work, name="bank-deliveries", daemon=True)

    def start(self) -> None:
        """Begin to deliver."""
        self._thread.start()

    def stop(self) -> None:
        """Deliver nothing more."""
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
        self._thread.join(TIMEOUT + 1)

    def tell(self, event: Record) -> None:
        """Deliver an event in the way the behavior says."""
        with self._wake:
            if self.url is None or self.behavior.drop:
                return
            if self.behavior.hold:
                self.held.append(event)
                return
            for _copy in range(self.behavior.duplicate):
                self._push(event, time.monotonic() + self.behavior.delay)

    def tell_again(self, event: Record) -> None:
        """Deliver an event now, whatever was asked about others."""
        with self._wake:
            self._push(event, time.monotonic())

    def release(self, *, backwards: bool) -> None:
        """Deliver what was held, oldest or newest first, and hold no more."""
        with self._wake:
            self.behavior.hold = False
            held, self.held = self.held, []
            for event in reversed(held) if backwards else held:
                self._push(event, time.monotonic())

    def behave(self, **changes: Any) -> None:
        """Change the behavior from now on. Raises ValueError for a name it does not have."""
        names = {one.name for one in fields(Behavior)}
        if unknown := sorted(set(changes) - names):
            raise ValueError(f"The bank cannot do that: {', '.join(unknown)}")
        with self._wake:
            for name, value in changes.items():
                setattr(self.behavior, name, type(getattr(Behavior(), name))(value))

    def wait_for(self, event_id: str, *, seconds: float) -> None:
        """Wait until an event's first attempt is over, as hosted Checkout does before it sends people back."""
        with self._wake:
            self._wake.wait_for(
                lambda: (
                    self._stopping
                    or any(one["event"] == event_id for one in self.attempts)
                    or not any(one.event["id"] == event_id for one in [*self._queue, *self._under_way])
                ),
                timeout=seconds,
            )

    def settle(self, *, seconds: float = 10.0) -> bool:
        """Wait until nothing is left to deliver; False where that takes longer."""
        with self._wake:
            return self._wake.wait_for(lambda: not self._queue and not self._under_way, timeout=seconds)

    # The thread

    def _push(self, event: Record, due_at: float, attempt: int = 1) -> None:
        heappush(self._queue, _Delivery(due_at, next(self._turns), event, attempt))
        self._wake.notify_all()

    def _work(self) -> None:
        while True:
            with self._wake:
                while not self._stopping and (not self._queue or self._queue[0].due_at > time.monotonic()):
                    self._wake.wait(max(0.0, self._queue[0].due_at - time.monotonic()) if self._queue else None)
                if self._stopping:
                    return
                delivery = heappop(self._queue)
                self._under_way = (delivery,)
            status = self._post(delivery.event)
            taken = 200 <= status < 300
            if taken:
                self.on_taken(delivery.event["id"])
            with self._wake:
                self._under_way = ()
                self.attempts.append({"event": delivery.event["id"], "attempt": delivery.attempt, "status": status})
                if not taken and delivery.attempt < self.behavior.attempts:
                    pause = min(LONGEST_PAUSE, self.behavior.pause * 2 ** (delivery.attempt - 1))
                    self._push(delivery.event, time.monotonic() + pause, delivery.attempt + 1)
                self._wake.notify_all()

    def _post(self, event: Record) -> int:
        """Send one signed event; return the answer's status, 0 where there was none. Redirects are not followed."""
        body = json.dumps(event, indent=2)
        address = urlsplit(self.url or "")
        kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
        connection = kind(address.hostname or "", address.port, timeout=TIMEOUT)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": WebhookSignature.generate_signature_header(body, self.secret),
            "User-Agent": "Stripe/1.0 (local bank)",
        }
        path = (address.path or "/") + (f"?{address.query}" if address.query else "")
        try:
            connection.request("POST", path, body.encode(), headers)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            log.warning("event %s could not be delivered: %s", event["id"], error)
            return 0
        finally:
            connection.close()
