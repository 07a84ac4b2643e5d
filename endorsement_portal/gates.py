"""Gates of views: sign in, then the right hat, or a page that says so."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase

    from endorsement_portal.models import Role, User

P = ParamSpec("P")


def signed_in(request: HttpRequest) -> User:
    """The person behind a gated request, with their own type."""
    return cast("User", request.user)


def requires_role(
    *roles: Role,
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], HttpResponseBase]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]
]:
    """Let in people who wear one of these hats; anybody else signed in gets the 403 page, a stranger the sign-in."""

    def decorate(
        view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def gate(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not signed_in(request).has_role(*roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        gated: Any = login_required(gate)
        gated.roles = frozenset(roles)
        return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", gated)

    return decorate
