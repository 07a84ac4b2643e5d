"""Whose browser it is: a signed cookie says that somebody said they are the rater, and which words it holds.

Its value is the link's generation and the reference's `holding` number. Whoever only has the link may say that they
are the rater as long as nothing is written; from the first word on, the form opens in the browser that wrote it, or
with a code.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.signing import get_cookie_signer
from django.urls import reverse

from applicants.references import REFERENCE_LINK_DAYS

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from applicants.models import Reference

SALT = "applicants.holding"
FOR = timedelta(days=REFERENCE_LINK_DAYS)


def cookie_of(reference: Reference) -> str:
    """The cookie's name: each reference has one of its own."""
    return f"reference{reference.pk}"


def _path() -> str:
    """The cookie goes along to raters' pages alone."""
    return reverse("applicants:reference_code").removesuffix("code/")


def _said(request: HttpRequest, reference: Reference) -> tuple[int, int]:
    """Generation and holding as the cookie has them; (0, 0) without one, and for one that nobody here signed."""
    value = request.get_signed_cookie(cookie_of(reference), default="", salt=SALT, max_age=FOR)
    generation, _colon, holding = str(value).partition(":")
    return (int(generation), int(holding)) if generation.isdigit() and holding.isdigit() else (0, 0)


def held(request: HttpRequest, reference: Reference) -> int:
    """Which words this browser holds."""
    return _said(request, reference)[1]


def may_enter(request: HttpRequest, reference: Reference) -> bool:
    """Whether this browser may go on by saying who it is: nothing is written yet, or it wrote it."""
    return not reference.is_begun or held(request, reference) == reference.holding > 0


def is_applicant(request: HttpRequest, reference: Reference) -> bool:
    """Whether the one who asked for the reference is signed in here."""
    return request.user.is_authenticated and reference.application.person_id == request.user.pk


def knows(request: HttpRequest, reference: Reference) -> bool:
    """Whether this browser has said that it is the rater, for this generation of the link, and may read the form."""
    generation, _holding = _said(request, reference)
    return generation == reference.generation and may_enter(request, reference) and not is_applicant(request, reference)


def signed(reference: Reference) -> str:
    """What the rater's cookie says as it stands now, for a browser that is handed it otherwise."""
    signer = get_cookie_signer(salt=cookie_of(reference) + SALT)
    return str(signer.sign(f"{reference.generation}:{reference.holding}"))


def remember(response: HttpResponseBase, reference: Reference) -> None:
    """From here on the form opens in this browser, as it is now."""
    response.set_signed_cookie(
        cookie_of(reference),
        f"{reference.generation}:{reference.holding}",
        salt=SALT,
        max_age=FOR,
        path=_path(),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget(response: HttpResponseBase, reference: Reference) -> None:
    """This browser is nobody's any more."""
    response.delete_cookie(cookie_of(reference), path=_path(), samesite="Lax")
