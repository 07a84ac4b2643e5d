"""Providers of reflective supervision: the public directory, a provider's own entry, and the record that staff keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.db.models import Prefetch, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from applicants.forms.providers import (
    ProviderForm,
    ProviderRecordForm,
    ProviderSearchForm,
    StandingCorrectionForm,
    StandingForm,
)
from applicants.history import record_of
from applicants.models import Provider, ReflectiveSupervision, Standing
from applicants.supervision import match
from endorsement_portal.gates import requires_role, signed_in
from endorsement_portal.lifecycle import Refused
from endorsement_portal.models import Event, Role, User

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from applicants.querysets import ProviderQuerySet

PER_PAGE = 25


def provider_list(request: HttpRequest) -> HttpResponse:
    """The directory: who opted in and is qualified today. With `all`, the staff's whole record."""
    today = timezone.localdate()
    may_see_all = _is_caretaker(request)
    everybody = may_see_all and "all" in request.GET
    form = ProviderSearchForm(request.GET)
    rows: ProviderQuerySet = Provider.objects.all()
    if not everybody:
        rows = rows.filter(listed=True).qualified(today)
    held_today = Standing.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), starts_on__lte=today)
    rows = form.narrow(rows).select_related("county")
    rows = rows.prefetch_related(Prefetch("standings", held_today, to_attr="held_today"))
    context = {
        "form": form,
        "page_obj": Paginator(rows.order_by("name", "pk"), PER_PAGE).get_page(request.GET.get("page")),
        "is_narrowed": any(form.cleaned_data.values()),
        "everybody": everybody,
        "tabs": _tabs(everybody=everybody) if may_see_all else [],
        "own": Provider.objects.filter(person=request.user).first() if request.user.is_authenticated else None,
    }
    return render(request, "applicants/provider_list.html", context)


def _is_caretaker(request: HttpRequest) -> bool:
    user = request.user
    return isinstance(user, User) and user.has_role(Role.COORDINATOR, Role.ADMIN)


def _tabs(*, everybody: bool) -> list[dict[str, Any]]:
    """For staff: the hours that wait, the directory as the public sees it, and everybody."""
    directory = reverse("applicants:provider_list")
    return [
        {"label": _("Hours"), "url": reverse("applicants:supervision_list"), "current": False},
        {"label": _("Public directory"), "url": directory, "current": not everybody},
        {"label": _("All providers"), "url": f"{directory}?all=1", "current": everybody},
    ]


@login_required
def provider_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A provider's record: for themselves, and for staff with how we know and what was changed."""
    user, provider = _looked_up(request, pk)
    is_staff = _is_caretaker(request)
    context = {
        "provider": provider,
        "own": provider.person_id == user.pk,
        "is_staff": is_staff,
        "standings": list(provider.standings.select_related("noted_by")),
        "today": timezone.localdate(),
        "may_edit": user.has_perm("applicants.edit_provider", provider),
        "may_keep_standing": user.has_perm("applicants.keep_standing", provider),
        "events": record_of(provider) if is_staff else [],
    }
    return render(request, "applicants/provider_detail.html", context)


def _looked_up(request: HttpRequest, pk: int) -> tuple[User, Provider]:
    """The provider for themselves and for caretakers; for everybody else there is the directory alone."""
    user = signed_in(request)
    rows = Provider.objects.visible_to(user).select_related("county", "person")
    provider = get_object_or_404(rows, pk=pk)
    if provider.person_id != user.pk and not user.has_role(Role.COORDINATOR, Role.ADMIN):
        raise Http404
    return user, provider


@requires_role(Role.COORDINATOR)
def provider_create(request: HttpRequest) -> HttpResponse:
    """Put somebody into the record; from somebody's hours, these are then theirs."""
    user = signed_in(request)
    entry = _entry_meant(request, user)
    known = {"name": entry.provider_name, "email": entry.provider_email} if entry else None
    form = ProviderRecordForm(request.POST or None, initial=known, by=user)
    if request.method == "POST" and form.is_valid() and (provider := _keep(form, "create", by=user)):
        if entry:
            _name_provider(entry, provider, by=user, request=request)
        messages.success(request, _("Now record what the provider is qualified as, and since when."))
        return redirect("applicants:provider_standing_create", pk=provider.pk)
    return render(request, "applicants/provider_edit.html", {"form": form, "entry": entry})


def _entry_meant(request: HttpRequest, user: User) -> ReflectiveSupervision | None:
    pk = request.GET.get("hours", "")
    if not (pk.isascii() and pk.isdecimal() and len(pk) < 10):
        return None
    open_ones = ReflectiveSupervision.objects.visible_to(user).present().filter(provider=None).exclude(person=user)
    return open_ones.exclude(status="overridden").filter(pk=pk).first()


def _name_provider(entry: ReflectiveSupervision, provider: Provider, *, by: User, request: HttpRequest) -> None:
    try:
        match(entry, provider, by=by)
    except Refused as no:
        messages.error(request, no.message)


@login_required
def provider_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A provider keeps their own entry, name, address and account aside; staff keep those of everybody else."""
    user, provider = _looked_up(request, pk)
    if not user.has_perm("applicants.edit_provider", provider):
        raise Http404
    form = ProviderForm(request.POST or None, instance=provider)
    if user.has_perm("applicants.keep_provider", provider):
        form = ProviderRecordForm(request.POST or None, instance=provider, by=user)
    if request.method == "POST" and form.is_valid() and _keep(form, "edit", by=user):
        messages.success(request, _("The entry is saved."))
        return redirect("applicants:provider_detail", pk=pk)
    # A form that was refused has written what was typed onto the row it holds.
    context = {"form": form, "provider": Provider.objects.get(pk=pk)}
    return render(request, "applicants/provider_edit.html", context)


def _keep(form: ProviderForm, verb: str, *, by: User) -> Provider | None:
    """Save the entry and write into the log which fields were changed, and whether it is listed now."""
    try:
        with transaction.atomic():
            provider: Provider = form.save()
            details = {"changed": ", ".join(form.changed_data), "listed": provider.listed}
            Event.objects.record(provider, verb, by=by, details=details)
    except IntegrityError:
        # Two clicks at once: the other one was quicker by a moment.
        form.add_error(None, _("This was saved a moment ago already. Please look at the directory."))
        return None
    return provider


# --- Standings -----------------------------------------------------------------------------------------------------


@requires_role(Role.COORDINATOR)
def provider_standing_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a qualification with its days and how we know."""
    return _standing_page(request, pk, None)


@requires_role(Role.COORDINATOR)
def provider_standing_edit(request: HttpRequest, pk: int, standing: int) -> HttpResponse:
    """End or correct a qualification, or take out one that was recorded by mistake. The log keeps what it said."""
    return _standing_page(request, pk, standing)


def _standing_page(request: HttpRequest, pk: int, standing_pk: int | None) -> HttpResponse:
    """The form is checked and stored under the provider's lock, so that two people at once record nothing twice."""
    user, provider = _looked_up(request, pk)
    if not user.has_perm("applicants.keep_standing", provider):
        raise Http404
    form_class = StandingForm if standing_pk is None else StandingCorrectionForm
    with transaction.atomic():
        Provider.objects.select_for_update().get(pk=pk)
        row = Standing(provider=provider)
        if standing_pk is not None:
            row = get_object_or_404(provider.standings.all(), pk=standing_pk)
        said_before = _said(row) if row.pk else {}
        form = form_class(request.POST or None, instance=row, provider=provider)
        if request.method == "POST" and form.is_valid():
            _keep_standing(form, said_before, by=user)
            messages.success(request, _("The record is saved."))
            return redirect("applicants:provider_detail", pk=pk)
    context = {"form": form, "provider": provider, "is_new": standing_pk is None}
    return render(request, "applicants/provider_standing_edit.html", context)


def _keep_standing(form: StandingForm, said_before: dict[str, str], *, by: User) -> None:
    standing: Standing = form.instance
    note = form.cleaned_data.get("reason", "")
    if form.cleaned_data.get("mistake"):
        standing.delete()
        Event.objects.record(form.provider, "remove_standing", by=by, note=note, details={"before": said_before})
        return
    if not said_before:
        standing.noted_by = by
    form.save()
    verb = "change_standing" if said_before else "add_standing"
    details = {"before": said_before, "now": _said(standing)} if said_before else {"now": _said(standing)}
    Event.objects.record(form.provider, verb, by=by, note=note, details=details)


def _said(standing: Standing) -> dict[str, str]:
    """The facts of a standing as the log keeps them."""
    return {
        "qualification": standing.qualification,
        "from": standing.starts_on.isoformat(),
        "until": standing.ends_on.isoformat() if standing.ends_on else "",
        "source": standing.source,
    }
