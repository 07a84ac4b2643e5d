"""Issuing: number, credential, certificate. Each step can be repeated after a crash and happens once.

`issue` and `make_certificate` run inside the outbox's transaction, or one of their own, under the lock of the row they
are about.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from applicants.models import Application, ApplicationStatus, FeeState, Profile
from competencies.models import Figure
from credentials import certificate, emails
from credentials.models import Credential, NumberCounter
from endorsement_portal.models import Event
from endorsement_portal.outbox import promise
from endorsement_portal.uploads import Checked, keep
from reviews.models import Decision, Outcome

if TYPE_CHECKING:
    from competencies.models import Edition, Track

CERTIFICATE_PURPOSE = "certificate"
FIRST_DUE = date(2027, 12, 31)
CYCLE_YEARS = 3


def expiry(issued_on: date, *, first_due: date = FIRST_DUE, cycle_years: int = CYCLE_YEARS) -> date:
    """The last day of an endorsement given on `issued_on`: the end of the first renewal cycle that it is part of.

    Cycles end for everybody together: on `first_due`, and then every `cycle_years` years. Whoever is endorsed before
    the last calendar year of a cycle is part of it; in the last year one starts with the next. With the framework's
    figures: endorsed by 2026-12-31 → 2027-12-31; in 2027, 2028 or 2029 → 2030-12-31. The association has still to
    confirm these figures. ValueError for a cycle shorter than a year.
    """
    if cycle_years < 1:
        raise ValueError("a cycle takes at least a year")
    end = first_due
    while issued_on.year >= end.year:
        end = end.replace(year=end.year + cycle_years)
    return end


def renewal_terms(edition: Edition) -> dict[str, Any]:
    """What `expiry` takes, from the edition's figures: one query. Missing or odd figures leave the defaults."""
    figures = Figure.objects.filter(edition=edition, section="renewal", path__in=["first_due", "cycle_years"])
    found = dict(figures.values_list("path", "value"))
    terms: dict[str, Any] = {}
    if isinstance(found.get("cycle_years"), int):
        terms["cycle_years"] = found["cycle_years"]
    if isinstance(found.get("first_due"), str):
        terms["first_due"] = datetime.strptime(found["first_due"], "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    return terms


def track_letters(track: Track) -> str:
    """The letters of a track within a number: IMH for IMH-E, ECMH for ECMH-E."""
    return re.sub(r"[^A-Z]", "", track.code.upper().removesuffix("-E"))


def next_number(letters: str, year: int) -> str:
    """Take the next number, like NC-IMH-2026-0001. The counter's row stays locked until the transaction ends.

    A transaction that fails gives its number back, so there are no gaps.
    """
    NumberCounter.objects.bulk_create([NumberCounter(track=letters, year=year)], ignore_conflicts=True)
    counter = NumberCounter.objects.select_for_update().get(track=letters, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"NC-{letters}-{year}-{counter.last:04d}"


@transaction.atomic
def issue(application_id: int) -> Credential | None:
    """Give the application its credential and promise the certificate; None while it is not endorsed and paid for."""
    application = (
        Application.objects.select_for_update(of=("self",))
        .select_related("person", "category__track", "edition")
        .get(pk=application_id)
    )
    if application.status != ApplicationStatus.ENDORSED or application.fee_state != FeeState.SETTLED:
        return None
    found = Credential.objects.filter(application=application).first()
    if found:
        return found
    today, track = timezone.localdate(), application.category.track
    profile = Profile.objects.filter(person=application.person).first()
    credential = Credential.objects.create(
        application=application,
        person=application.person,
        category=application.category,
        category_title=application.category.title,
        track_title=track.title,
        track_mark=track.mark,
        number=next_number(track_letters(track), today.year),
        name=profile.certificate_name if profile else application.person.get_display_name(),
        issued_on=today,
        expires_on=expiry(today, **renewal_terms(application.edition)),
        in_registry=application.signatures.filter(registry_consent=True).exists(),
        show_county=bool(profile and profile.show_county),
        county_id=application.county_id or (profile.county_id if profile else None),
    )
    Event.objects.record(credential, "issue", after=credential.status, details={"number": credential.number})
    promise("credentials.certificate", f"certificate:{credential.pk}", credential_id=credential.pk)
    return credential


@transaction.atomic
def make_certificate(credential_id: int) -> None:
    """Render and store the PDF, and write the one mail about it. Done already: nothing happens."""
    credential = (
        Credential.objects.select_for_update(of=("self",))
        .select_related("person", "category", "application")
        .get(pk=credential_id)
    )
    if credential.pdf_id is None:
        content = certificate.render(facts_of(credential))
        name = f"{credential.number}.pdf"
        credential.pdf = keep(
            Checked(content, "application/pdf", name), owner=credential.person, purpose=CERTIFICATE_PURPOSE
        )
        credential.pdf_made_at = timezone.now()
        credential.save(update_fields=["pdf", "pdf_made_at"])
        Event.objects.record(credential, "make_certificate", after=credential.status)
    letter = Decision.objects.filter(application=credential.application, outcome=Outcome.ENDORSE).first()
    emails.certificate_ready(credential, letter.letter if letter else "")


def facts_of(credential: Credential) -> certificate.CertificateFacts:
    """What the certificate says. The lines above the offices stay empty: the papers are signed by hand."""
    return certificate.CertificateFacts(
        name=credential.name,
        category_title=credential.category_title,
        category_code=credential.category.code,
        endorsement_title=credential.track_title,
        endorsement_mark=credential.track_mark,
        number=credential.number,
        issued_on=credential.issued_on,
        expires_on=credential.expires_on,
        verify_url=credential.verify_url,
        signatories=(
            certificate.Signatory("", _("President")),
            certificate.Signatory("", _("Endorsement coordinator")),
        ),
        association=settings.ASSOCIATION_NAME,
        demonstration=credential.person.is_demo,
    )
