"""What we write about a provider's standing that ends: to the provider, and to whoever receives supervision from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from endorsement_portal.mail import letter_to

if TYPE_CHECKING:
    from datetime import date

    from applicants.models import Standing
    from endorsement_portal.models import User


def _words(standing: Standing, today: date) -> dict[str, str]:
    """What both letters speak of, in the language that is on."""
    left = (_last_day(standing) - today).days
    return {
        "provider": standing.provider.name,
        "what": standing.get_qualification_display(),
        "day": date_format(_last_day(standing), "F j, Y"),
        "left": ngettext("%(count)s day", "%(count)s days", left) % {"count": left},
    }


def _last_day(standing: Standing) -> date:
    if standing.ends_on is None:
        raise ValueError(f"{standing} does not end")
    return standing.ends_on


def _key(standing: Standing, step: int, to: str) -> str:
    """Once for each day it ends on, each step and each reader."""
    return f"E55:{standing.pk}:{_last_day(standing).isoformat()}:{step}:{to}"


def your_standing_ends(standing: Standing, *, step: int, today: date) -> bool:
    """E55 to the provider: what they hold ends soon. False where they were told of this step before."""
    provider = standing.provider
    account = provider.person if provider.person and provider.person.is_active else None
    address = {} if account else {"email": provider.email}
    with letter_to(account, about=provider, **address) as letter:
        words = _words(standing, today)
        written = letter.write(
            "E55",
            key=_key(standing, step, "provider"),
            subject=_("Your standing as a provider ends on %(day)s") % words,
            body=_(
                "Dear %(provider)s,\n\nby our record your standing as “%(what)s” ends on %(day)s, in %(left)s. Hours of "
                "reflective supervision with you up to that day count as before; later ones count only if you hold a "
                "qualification then.\n\nIf you have renewed it, or hold another one, please write to us so that the "
                "record is right. Those who receive supervision from you are told as well."
            )
            % words,
            link_label=_("See your record") if account else "",
            link_path=reverse("applicants:provider_detail", args=[provider.pk]) if account else "",
        )
    return written is not None


def provider_ends(standing: Standing, person: User, *, step: int, today: date) -> bool:
    """E55 to somebody whose hours are with this provider. False where they were told of this step before."""
    with letter_to(person, about=standing.provider) as letter:
        words = _words(standing, today)
        written = letter.write(
            "E55",
            key=_key(standing, step, str(person.pk)),
            subject=_("Hours with %(provider)s count until %(day)s") % words,
            body=_(
                "You receive reflective supervision from %(provider)s. By our record their standing as “%(what)s” ends "
                "on %(day)s, in %(left)s.\n\nNothing is lost: hours up to that day count. Hours after it count only if "
                "%(provider)s holds a qualification then, so please talk with them, or look for somebody else in the "
                "directory in good time."
            )
            % words,
            link_label=_("Look through the directory"),
            link_path=reverse("applicants:provider_list"),
        )
    return written is not None
