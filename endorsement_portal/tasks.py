"""What happens later at the foundation: promises performed, the heartbeat, the log's nightly head."""

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from endorsement_portal import outbox
from endorsement_portal.log_heads import keep_head
from endorsement_portal.mail import deliver

HEARTBEAT = "worker-consumed-at"


@shared_task
def perform(outbox_id: int) -> None:
    """Carry out one promise of the outbox."""
    outbox.perform(outbox_id)


@shared_task
def heartbeat() -> None:
    """Prove that a worker consumes: /readyz asks when this last ran."""
    cache.set(HEARTBEAT, timezone.now().isoformat(), timeout=None)


@shared_task
def keep_log_head() -> None:
    """Write tonight's head over all events outside the database."""
    keep_head()


@outbox.handler("mail.send")
def send_mail(*, message_id: int) -> None:
    """Send one message."""
    deliver(message_id)
