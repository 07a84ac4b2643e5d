"""What happens later with money: events confirmed, sessions read or closed, fees of withdrawn applications closed."""

from celery import shared_task
from django.utils import timezone

from applicants.models import Application
from endorsement_portal.outbox import handler
from payments import checkouts, gateway
from payments.closing import close_fee
from payments.models import Checkout, CheckoutStatus, ProviderEvent


@shared_task
def reconcile_checkouts() -> None:
    """Read again what the bank may have told us while we could not hear it."""
    for checkout in checkouts.overdue():
        checkouts.promise_to_confirm(checkout, because="reconcile")


@handler("payments.confirm")
def confirm(*, provider_event_id: int) -> None:
    """Act on one event by reading the session it is about; a second delivery of it does nothing."""
    event = ProviderEvent.objects.select_for_update().get(pk=provider_event_id)
    if event.handled_at is not None:
        return
    session_id = event.payload.get("session_id") or gateway.session_of_payment(event.payload["payment_intent"])
    if session_id:
        checkouts.confirm(session_id, event=event)
    event.handled_at = timezone.now()
    event.save(update_fields=["handled_at"])


@handler("payments.read")
def read(*, session_id: str) -> None:
    """Read one session because somebody came back from the bank, or because its event may be lost."""
    checkouts.confirm(session_id)


@handler("payments.close_checkout")
def close_checkout(*, checkout_id: int) -> None:
    """Close a page of the bank that asks for an amount no longer owing."""
    checkout = Checkout.objects.get(pk=checkout_id)
    if checkout.status == CheckoutStatus.OPEN:
        checkouts.close(checkout)


@handler("payments.close_fee")
def fee_closed(*, application_id: int) -> None:
    """Nothing is to be paid for an application that was withdrawn."""
    close_fee(Application.objects.get(pk=application_id))
