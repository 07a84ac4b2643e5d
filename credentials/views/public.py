"""What anybody may see: the registry of those who agreed to it, and whether a certificate holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone

from credentials.forms import NumberForm, RegistryForm
from credentials.models import Credential

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

PER_PAGE = 25


def registry(request: HttpRequest) -> HttpResponse:
    """Endorsed professionals who agreed to be listed, searched by name, category and county."""
    form = RegistryForm(request.GET)
    rows = Credential.objects.in_public_registry().with_names().order_by("name", "pk")
    is_narrowed = False
    if form.is_valid():
        asked = form.cleaned_data
        is_narrowed = any(asked.values())
        rows = rows.named(asked["q"]) if asked["q"] else rows
        rows = rows.filter(category__code=asked["category"]) if asked["category"] else rows
        rows = rows.shown_in_county(asked["county"]) if asked["county"] else rows
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page_obj": page, "is_narrowed": is_narrowed}
    return render(request, "credentials/registry.html", context)


def verify(request: HttpRequest, serial: str) -> HttpResponse:
    """What the QR code opens: whether this credential holds, checked at this moment."""
    credential = Credential.objects.filter(serial=serial).first()
    if credential is None:
        return _unlisted(render(request, "credentials/verify_unknown.html", {"form": NumberForm()}, status=404))
    context = {"credential": credential, "now": timezone.now(), "show_name": True}
    return _unlisted(render(request, "credentials/verify.html", context))


def verify_find(request: HttpRequest) -> HttpResponse:
    """Look a number up. Numbers can be guessed, so a name is shown only where its holder agreed to be listed."""
    form = NumberForm(request.GET or None)
    if form.is_bound and form.is_valid():
        credential = Credential.objects.filter(number=form.cleaned_data["number"]).first()
        if credential is None:
            return _unlisted(render(request, "credentials/verify_unknown.html", {"form": form}, status=404))
        context = {"credential": credential, "now": timezone.now(), "show_name": credential.in_registry}
        return _unlisted(render(request, "credentials/verify.html", context))
    return render(request, "credentials/verify_find.html", {"form": form})


def _unlisted(response: HttpResponse) -> HttpResponse:
    """Search engines stay away from pages about one person."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
