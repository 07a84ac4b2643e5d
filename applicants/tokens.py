"""Secret links for people without an account: derived, never stored; the database keeps only a hash.

A token is HMAC-SHA256 over its purpose, the row and the generation under the portal's secret key: 256 bits, bound to
one purpose, and dead as soon as the generation moves on. A rater's link opens one reference; a provider's link opens
the hours that they were asked to confirm in one letter. A code of eight letters and digits, made in the same way, does
for half an hour what a link can't: it is said on the phone, or shows that somebody reads the rater's mail.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from applicants.models import Reference, ReflectiveSupervision
from endorsement_portal.mail import link_maker

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

SUPERVISION_LINK_DAYS = 60
CODE_MINUTES = 30
# Nothing that sounds or looks like something else.
CODE_LETTERS = "ACDEFHJKMNPQRTUVWXY34679"
CODE_LENGTH = 8


def hash_of(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _token(purpose: str, pk: int, generation: int) -> str:
    """The token of one generation of a row's link: 43 characters, URL-safe."""
    key = hashlib.sha256(f"{purpose}-link:{settings.SECRET_KEY}".encode()).digest()
    code = hmac.new(key, f"{purpose}:{pk}:{generation}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(code).rstrip(b"=").decode()


# --- References --------------------------------------------------------------------------------------------------


def reference_token(reference_id: int, generation: int) -> str:
    """The token of one generation of a reference's link."""
    return _token("reference", reference_id, generation)


def reference_path(reference: Reference) -> str:
    """The path of the present link."""
    return reverse("applicants:reference_answer", args=[reference_token(reference.pk, reference.generation)])


def find_by_token(token: str) -> Reference | None:
    """The reference that this link opens now, or None for every other token alike."""
    return (
        Reference.objects.select_related("application__person__profile", "application__category__track")
        .filter(token_hash=hash_of(token))
        .first()
    )


def link_secret(reference: Reference) -> tuple[str, str]:
    """What a mail keeps instead of the link: the reference and the generation that the mail was written for."""
    return "reference", f"{reference.pk}:{reference.generation}"


@link_maker("reference")
def live_reference_link(ref: str) -> str | None:
    """The link for a mail that is being sent now; none once the reference is answered, expired or has a newer link.

    A mail that was held up never carries the newer link: that may be meant for a corrected address.
    """
    pk, _, generation = ref.partition(":")
    reference = Reference.objects.filter(pk=pk, generation=generation).exclude(token_hash="").first()
    return reference_path(reference) if reference else None


def reference_code(reference_id: int, until: datetime) -> str:
    """The code of a reference that holds until then."""
    key = hashlib.sha256(f"reference-code:{settings.SECRET_KEY}".encode()).digest()
    said = hmac.new(key, f"{reference_id}:{_moment(until)}".encode(), hashlib.sha256).digest()
    number, letters = int.from_bytes(said, "big"), []
    for _place in range(CODE_LENGTH):
        number, rest = divmod(number, len(CODE_LETTERS))
        letters.append(CODE_LETTERS[rest])
    return "".join(letters)


def hash_of_code(reference_id: int, code: str) -> str:
    """What the database keeps of a code. A short code could be found from a bare hash, so this one needs the key."""
    key = hashlib.sha256(f"reference-code-hash:{settings.SECRET_KEY}".encode()).digest()
    return hmac.new(key, f"{reference_id}:{code}".encode(), hashlib.sha256).hexdigest()


def typed_code(text: str) -> str:
    """A code as it was typed, without blanks and hyphens and in capitals."""
    return "".join(letter for letter in text.upper() if letter.isalnum())


def present_code(reference: Reference) -> str:
    """The code that holds now, as it is read out: in two halves."""
    code = reference_code(reference.pk, reference.code_until) if reference.code_until else ""
    return "-".join(filter(None, (code[: CODE_LENGTH // 2], code[CODE_LENGTH // 2 :])))


def code_secret(reference: Reference) -> tuple[str, str]:
    """What a mail keeps instead of the code: the reference, and the moment until which this very code holds."""
    return "reference_code", f"{reference.pk}:{_moment(reference.code_until)}"


@link_maker("reference_code")
def live_code_link(ref: str) -> str | None:
    """The page with number and code filled in, for a mail that is being sent now; none once the code is dead."""
    pk, _, moment = ref.partition(":")
    reference = Reference.objects.filter(pk=pk, code_until__gt=timezone.now()).exclude(code_hash="").first()
    if reference is None or _moment(reference.code_until) != int(moment):
        return None
    asked = {"number": reference.number, "code": present_code(reference)}
    return f"{reverse('applicants:reference_code')}?{urlencode(asked)}"


def _moment(until: datetime | None) -> int:
    return round(until.timestamp() * 1_000_000) if until else 0


# --- Hours of reflective supervision -------------------------------------------------------------------------------


def supervision_token(entry_id: int, generation: int) -> str:
    """The token of one request to confirm hours, named after the first entry that it asks about."""
    return _token("supervision", entry_id, generation)


def find_hours(token: str) -> list[ReflectiveSupervision]:
    """The hours that this link still asks about, oldest first; none for every other token alike."""
    return _asked_by(hash_of(token))


def _asked_by(token_hash: str) -> list[ReflectiveSupervision]:
    since = timezone.now() - timedelta(days=SUPERVISION_LINK_DAYS)
    waiting = ReflectiveSupervision.objects.present().filter(status="asked", token_hash=token_hash, asked_at__gt=since)
    return list(waiting.select_related("person", "provider").order_by("start_date", "pk"))


def supervision_secret(entries: Collection[ReflectiveSupervision]) -> tuple[str, str] | None:
    """What a mail keeps instead of the link that asks about these entries of one person.

    None where the entry that the link was named after is gone: then only a new link helps.
    """
    hashes = {entry.token_hash for entry in entries}
    people = {entry.person_id for entry in entries}
    known = ReflectiveSupervision.objects.filter(person__in=people, generation__gt=0)
    for pk, generation in known.values_list("pk", "generation"):
        if {hash_of(supervision_token(pk, generation))} == hashes:
            return "supervision", f"{pk}:{generation}"
    return None


@link_maker("supervision")
def live_supervision_link(ref: str) -> str | None:
    """The link for a mail that is being sent now; none once everything it asks about is answered or asked anew."""
    pk, _, generation = ref.partition(":")
    token = supervision_token(int(pk), int(generation))
    return reverse("applicants:supervision_answer", args=[token]) if find_hours(token) else None
