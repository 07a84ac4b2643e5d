"""The inbox: every mail the portal wrote to a person, readable here even if the mail never arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from endorsement_portal.gates import requires_role, signed_in
from endorsement_portal.models import Event, Message, Outbox, Role
from endorsement_portal.outbox import parked, promise

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """A person's messages, newest first."""
    page = Paginator(Message.objects.visible_to(signed_in(request)), 25).get_page(request.GET.get("page"))
    return render(request, "endorsement_portal/inbox.html", {"page": page})


@login_required
def message_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One message. Opening it is reading it, which is all that this page changes."""
    message = get_object_or_404(Message.objects.visible_to(signed_in(request)), pk=pk)
    if message.read_at is None:
        Message.objects.filter(pk=pk, read_at=None).update(read_at=timezone.now())
    return render(request, "endorsement_portal/message_detail.html", {"message": message})


@requires_role(Role.COORDINATOR, Role.ADMIN)
def undelivered_list(request: HttpRequest) -> HttpResponse:
    """Mail that a receiving server refused, and promises that gave up: both need a person."""
    context = {
        "page": Paginator(Message.objects.undelivered().select_related("to"), 25).get_page(request.GET.get("page")),
        "parked": parked()[:200],
    }
    return render(request, "endorsement_portal/undelivered_list.html", context)


@require_POST
@requires_role(Role.COORDINATOR, Role.ADMIN)
def promise_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a parked promise again."""
    row = get_object_or_404(Outbox, pk=pk, parked_at__isnull=False, done_at=None)
    row.parked_at, row.attempts, row.due_at = None, 0, timezone.now()
    row.save(update_fields=["parked_at", "attempts", "due_at"])
    messages.success(request, _("It will be tried again now."))
    return redirect("undelivered_list")


@require_POST
@requires_role(Role.COORDINATOR, Role.ADMIN)
def message_resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a refused mail again, to the same address and with the same Message-ID."""
    message = get_object_or_404(Message.objects.undelivered(), pk=pk)
    with transaction.atomic():
        message.failed_at, message.failure = None, ""
        message.save(update_fields=["failed_at", "failure"])
        promise("mail.send", f"mail:{message.pk}:{timezone.now().timestamp()}", message_id=message.pk)
        Event.objects.record(message, "resend", by=signed_in(request))
    messages.success(request, _("The mail is on its way again."))
    return redirect("undelivered_list")
