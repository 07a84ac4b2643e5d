"""What every request passes: headers, the person's own time, and the second factor."""

from __future__ import annotations

import zoneinfo
from typing import TYPE_CHECKING

from allauth.mfa.utils import is_mfa_enabled
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    Answer = Callable[[HttpRequest], HttpResponse]

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in ("camera", "microphone", "geolocation", "payment", "usb", "browsing-topics", "display-capture")
)
# What a person without a second factor may still reach: signing in and out, setting the factor up, plain facts.
OPEN_TO_FIRST_FACTOR = ("/accounts/", "/static/", "/healthz", "/readyz", "/privacy/", "/accessibility/")


def security_headers(get_response: Answer) -> Answer:
    """Policies that hold for every answer; pages of signed-in people are never kept by a cache."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if "Cache-Control" not in response and not request.path.startswith("/static/"):
            response["Cache-Control"] = "private, no-store"
        return response

    return middleware


def personal_time(get_response: Answer) -> Answer:
    """Show dates and times in the person's own zone, and speak the language they chose."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
            try:
                timezone.activate(zoneinfo.ZoneInfo(request.user.timezone))
            except (zoneinfo.ZoneInfoNotFoundError, ValueError):
                timezone.deactivate()
        else:
            timezone.deactivate()
        return get_response(request)

    return middleware


def second_factor(get_response: Answer) -> Answer:
    """People whose pages show others' data set up a second factor before they see any of it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if (
            user.is_authenticated
            and user.needs_second_factor
            and not request.path.startswith(OPEN_TO_FIRST_FACTOR)
            and not is_mfa_enabled(user)
        ):
            return redirect(reverse("mfa_index"))
        return get_response(request)

    return middleware
