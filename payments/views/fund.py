"""Funds: whose money, how much of it is awarded, spent and left."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from endorsement_portal.gates import requires_role
from endorsement_portal.models import Event, Role
from payments.forms import FundForm
from payments.models import Fund, Scholarship

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from endorsement_portal.models import User


@requires_role(Role.FINANCE, Role.ADMIN)
def fund_list(request: HttpRequest) -> HttpResponse:
    """Every fund with its balance, in one query."""
    return render(
        request,
        "payments/fund_list.html",
        {"funds": list(Fund.objects.with_balance().order_by("-is_open", "-ends_on", "name"))},
    )


@requires_role(Role.FINANCE, Role.ADMIN)
def fund_create(request: HttpRequest) -> HttpResponse:
    """Enter a fund."""
    form = FundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            fund = form.save()
            _note(fund, "create", request)
        messages.success(request, _("The fund is ready for awards."))
        return redirect("payments:fund_list")
    return render(request, "payments/fund_create.html", {"form": form})


@requires_role(Role.FINANCE, Role.ADMIN)
def fund_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a fund. Its row is held meanwhile, so that no award slips in below a total that is being lowered."""
    with transaction.atomic():
        fund = get_object_or_404(Fund.objects.select_for_update(), pk=pk)
        awarded = Scholarship.objects.filter(fund=fund).awarded_cents()
        form = FundForm(request.POST or None, instance=fund, awarded_cents=awarded)
        if request.method == "POST" and form.is_valid():
            _note(form.save(), "edit", request)
            messages.success(request, _("Saved."))
            return redirect("payments:fund_list")
    shown = Fund.objects.with_balance().get(pk=pk)
    return render(request, "payments/fund_edit.html", {"form": form, "fund": shown})


def _note(fund: Fund, verb: str, request: HttpRequest) -> None:
    details = {"name": fund.name, "total_cents": fund.total_cents, "is_open": fund.is_open}
    Event.objects.record(fund, verb, by=cast("User", request.user), details=details)
