"""What to picture: every scene with its address and somebody's cookie, worked out before the browser starts."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse

from applicants.holding import cookie_of, signed
from applicants.models import Reference
from endorsement_portal.models import User
from reports.look.scenes import SITTERS
from reports.look.unseen import NO_PAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.look.scene import Scene

LONGEST_TOUR = 2 * 60 * 60
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True)
class Shot:
    """One page to picture."""

    title: str
    path: str
    main: bool


@dataclass(frozen=True)
class Sitting:
    """All pages of one role, and what they are seen with: the key of a session, a rater's own cookies."""

    role: str
    session_key: str
    shots: list[Shot]
    cookies: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """All sittings, and what can't be pictured: the names of URLs, or roles and pages, with the reason."""

    sittings: list[Sitting]
    left_out: list[str]


def plan(only: str = "") -> Plan:
    """Work out every address. `only` keeps the pictures whose `role/title` contains it."""
    sittings, left_out = [], [f"{name}: no scene for it" for name in names_without_scene()]
    for sitter in SITTERS:
        shots = []
        for scene in sitter.scenes:
            if only not in f"{sitter.role}/{scene.title}":
                continue
            path = _path(scene)
            if path is None:
                left_out.append(f"{sitter.role}/{scene.title}: the demonstration has no row for it")
            else:
                shots.append(Shot(scene.title, path, scene.main))
        if shots:
            cookies = _as_raters() if sitter.role == "rater" else {}
            sittings.append(Sitting(sitter.role, _session(sitter.email()), shots, cookies))
    return Plan(sittings, left_out)


def _path(scene: Scene) -> str | None:
    """The page's address, or None where a row is missing or the page is not in this build (design is not, live)."""
    arguments = scene.ask() if scene.ask else []
    if arguments is None:
        return None
    try:
        path = reverse(scene.name, args=arguments)
    except NoReverseMatch:
        return None
    return f"{path}?{scene.query}" if scene.query else path


def _as_raters() -> dict[str, str]:
    """The cookies of browsers that have said who they are, by name."""
    return {cookie_of(reference): signed(reference) for reference in Reference.objects.unanswered()}


def _session(email: str) -> str:
    """A session on the server, as if the person had just signed in."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    if email:
        user = User.objects.get(email=email, is_demo=True)
        store[SESSION_KEY] = str(user.pk)
        store[BACKEND_SESSION_KEY] = BACKEND
        store[HASH_SESSION_KEY] = user.get_session_auth_hash()
        # Signed in just now, and still so at the end of the tour, for pages that would ask again.
        store[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
        store[AUTHENTICATION_METHODS_SESSION_KEY] = [
            {"method": "password", "at": time.time() + LONGEST_TOUR, "reauthenticated": True}
        ]
    else:
        return ""
    store.create()
    return str(store.session_key)


def forget(sittings: list[Sitting]) -> None:
    """End the sessions."""
    engine = import_module(settings.SESSION_ENGINE)
    for sitting in sittings:
        if sitting.session_key:
            engine.SessionStore(sitting.session_key).delete()


def names_without_scene() -> list[str]:
    """Names of the portal's own URLs that no scene shows and that are known to be a page to look at."""
    shown = {scene.name for sitter in SITTERS for scene in sitter.scenes}
    own = {name for name in _names(get_resolver()) if not name.startswith(("account_", "mfa_"))}
    return sorted(own - shown - set(NO_PAGE))


def _names(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _names(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        elif pattern.name:
            yield f"{prefix}{pattern.name}"
