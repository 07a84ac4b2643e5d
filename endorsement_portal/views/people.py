"""People: a person's own settings, and who wears which hat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from endorsement_portal.forms import AccountSettingsForm, RolesForm
from endorsement_portal.gates import requires_role, signed_in
from endorsement_portal.models import Event, Role, User

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_required
def account_settings(request: HttpRequest) -> HttpResponse:
    """A person's name, time zone and language."""
    form = AccountSettingsForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your settings are saved."))
        return redirect("account_settings")
    return render(request, "endorsement_portal/account_settings.html", {"form": form})


@requires_role(Role.ADMIN)
def person_list(request: HttpRequest) -> HttpResponse:
    """Everybody with an account, searched by name or address."""
    q = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    people = User.objects.order_by("name", "email")
    if q:
        people = people.filter(name__icontains=q) | people.filter(email__icontains=q)
    page = Paginator(people, 50).get_page(request.GET.get("page"))
    return render(request, "endorsement_portal/person_list.html", {"page": page, "q": q})


@requires_role(Role.ADMIN)
def person_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Give and take roles. Nobody takes the admin role from themselves, so one admin always remains."""
    person = get_object_or_404(User, pk=pk)
    form = RolesForm(request.POST or None, instance=person, initial={"roles": person.roles})
    if request.method == "POST" and form.is_valid():
        keeps = person.pk != request.user.pk or (
            Role.ADMIN.value in form.cleaned_data["roles"] and form.cleaned_data["is_active"]
        )
        if keeps:
            with transaction.atomic():
                before = _hats(User.objects.select_for_update().get(pk=pk))
                form.save()
                details = {"before": before, "after": _hats(person)}
                Event.objects.record(person, "change_roles", by=signed_in(request), details=details)
            messages.success(request, _("The roles are saved."))
            return redirect("person_list")
        form.add_error("roles", _("You can’t take the admin role from yourself. Ask another admin."))
    return render(request, "endorsement_portal/person_edit.html", {"form": form, "person": person})


def _hats(person: User) -> str:
    """The roles and whether the person may sign in, as the log keeps them."""
    return ", ".join(person.roles) + ("" if person.is_active else " (may not sign in)")
