"""Who must hear: one announcement, sent inside the transaction of the change. Listeners only write promises."""

from django.dispatch import Signal

# subject: Application, verb: str, by: User | None, event: Event
application_changed = Signal()
