"""The training catalog: kept by coordinators and admins; a provider proposes through a link that they give out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from competencies.catalog import (
    LINK_DAYS,
    area_titles,
    enter,
    invitation,
    invite,
    is_full,
    link_of,
    propose,
    renew,
    withdraw,
)
from competencies.catalog_forms import CatalogFilterForm, CatalogItemForm, InviteForm
from competencies.models import CatalogInvitation, CatalogItem, CatalogStatus
from endorsement_portal.gates import requires_role, signed_in
from endorsement_portal.lifecycle import LIFECYCLES, Refused, advance, available_verbs
from endorsement_portal.models import Event, Role

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

PER_PAGE = 50
CARE = (Role.COORDINATOR, Role.ADMIN)
# From one place, and through one link, in an hour: more than a person writes.
MOST_AN_HOUR = 30
HOUR = 3600
SAID = {
    "list": gettext_lazy("The training is in the catalog."),
    "refuse": gettext_lazy("The proposal is not taken."),
    "retire": gettext_lazy("The training is no longer offered. Evidence that was made from it stays as it is."),
}
ASKED = {
    "list": gettext_lazy("Applicants find it in the catalog and add it to their evidence with its hours and areas."),
    "refuse": gettext_lazy("It stays in this list as not taken. Nobody is written to."),
    "retire": gettext_lazy("Nobody can add it any more. Evidence that was made from it stays as it is."),
}


@requires_role(*CARE)
def catalog_list(request: HttpRequest) -> HttpResponse:
    """Proposals first, then what is in the catalog, by words."""
    form = CatalogFilterForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    fitting = CatalogItem.objects.matching(words)
    counts = dict(fitting.order_by().values_list("status").annotate(Count("pk")))
    first = CatalogStatus.PROPOSED if counts.get(CatalogStatus.PROPOSED) else CatalogStatus.LISTED
    status = request.GET.get("status", "")
    status = status if status in CatalogStatus.values else str(first.value)
    page = Paginator(fitting.filter(status=status), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter_form": form,
        "page_obj": page,
        "status": status,
        "narrowed": bool(words),
        "tabs": [
            {
                "label": one.label,
                "url": f"?status={one.value}" + (f"&q={words}" if words else ""),
                "count": counts.get(one.value, 0),
                "current": one.value == status,
            }
            for one in CatalogStatus
        ],
    }
    return render(request, "competencies/catalog_list.html", context)


@requires_role(*CARE)
def catalog_create(request: HttpRequest) -> HttpResponse:
    """A training that staff enter: in the catalog at once."""
    form = CatalogItemForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        item = enter(form.facts, by=signed_in(request), once=form.cleaned_data["once"])
        messages.success(request, _("“%(title)s” is in the catalog.") % {"title": item.title})
        return redirect("competencies:catalog_list")
    return render(request, "competencies/catalog_edit.html", {"form": form})


@requires_role(*CARE)
def catalog_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a training, or say what becomes of a proposal. Evidence that was made from it stays as it is."""
    item = get_object_or_404(CatalogItem, pk=pk)
    names = [name for name in CatalogItemForm.base_fields if name != "once"]
    before = {name: getattr(item, name) for name in names}
    form = CatalogItemForm(request.POST or None, instance=item)
    if request.method == "POST" and form.is_valid():
        changed = [name for name in names if getattr(item, name) != before[name]]
        with transaction.atomic():
            # What staff decided meanwhile in another window stays.
            item.save(update_fields=names)
            Event.objects.record(item, "edit", by=signed_in(request), details={"fields": ", ".join(changed)})
        messages.success(request, _("Your changes are saved."))
        return redirect("competencies:catalog_edit", pk=pk)
    context = {"form": form, "item": item, "verbs": available_verbs(item, signed_in(request))}
    return render(request, "competencies/catalog_edit.html", context)


@requires_role(*CARE)
def catalog_confirm(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Take a proposal or not, or take a training off the catalog and put it back."""
    item = get_object_or_404(CatalogItem, pk=pk)
    transition = LIFECYCLES[CatalogItem].table.get(verb)
    if transition is None:
        raise Http404
    if request.method == "POST":
        try:
            advance(item, verb, by=signed_in(request))
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, SAID[verb])
        return redirect("competencies:catalog_list")
    context: dict[str, Any] = {
        "item": item,
        "action": transition.label,
        "tone": transition.tone,
        "say": ASKED[verb],
        "areas": area_titles([item]),
    }
    return render(request, "competencies/catalog_confirm.html", context)


@requires_role(*CARE)
def catalog_invite(request: HttpRequest) -> HttpResponse:
    """The links by which providers propose trainings; making one more."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = invite(form.cleaned_data["provider"], by=signed_in(request))
        messages.success(request, _("The link for %(name)s is made. Copy it and send it to them.") % {"name": made})
        return redirect("competencies:catalog_invite")
    rows = CatalogInvitation.objects.select_related("made_by")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "days": LINK_DAYS,
        "page_obj": page,
        "links": [{"row": row, "link": settings.BASE_URL + link_of(row) if row.is_live else ""} for row in page],
    }
    return render(request, "competencies/catalog_invite.html", context)


@require_POST
@requires_role(*CARE)
def catalog_invite_renew(request: HttpRequest, pk: int) -> HttpResponse:
    """A new link for the same provider; the one before is dead."""
    if renew(pk, by=signed_in(request)) is None:
        raise Http404
    messages.success(request, _("There is a new link. The one before works no longer."))
    return redirect("competencies:catalog_invite")


@require_POST
@requires_role(*CARE)
def catalog_invite_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The link is dead at once. What was proposed through it stays."""
    if withdraw(pk, by=signed_in(request)) is None:
        raise Http404
    messages.success(request, _("The link works no longer. What was proposed through it is still here."))
    return redirect("competencies:catalog_invite")


@never_cache
def catalog_propose(request: HttpRequest, token: str) -> HttpResponse:
    """A provider's page, without an account: what it proposes waits for staff."""
    invited = invitation(token)
    if invited is None:
        return render(request, "competencies/catalog_dead_link.html", status=404)
    form = CatalogItemForm(request.POST or None, initial={"sponsor": invited.provider[:150]})
    context = {"form": form, "invited": invited}
    if request.method == "POST" and form.is_valid():
        if is_full(invited.provider) or not _within_limits(request, token):
            return render(request, "competencies/catalog_propose.html", context | {"too_many": True}, status=429)
        proposed = propose(form.facts, provider=invited.provider, once=form.cleaned_data["once"])
        return render(request, "competencies/catalog_proposed.html", {"item": proposed, "token": token})
    return render(request, "competencies/catalog_propose.html", context)


def _within_limits(request: HttpRequest, token: str) -> bool:
    """Whether neither this link nor this place has sent very many in the last hour."""
    counts = []
    for what in (f"link:{token[-43:]}", f"from:{get_adapter().get_client_ip(request)}"):
        key = f"catalog_propose:{what}"
        cache.add(key, 0, HOUR)
        counts.append(cache.incr(key))
    return max(counts) <= MOST_AN_HOUR
