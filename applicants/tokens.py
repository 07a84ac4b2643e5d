"""Secret links for raters: derived, never stored; the database keeps only a hash.

A token is HMAC-SHA256 over purpose, reference and generation under the portal's secret key: 256 bits, bound to one
form of one reference, and dead as soon as the generation moves on.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from django.conf import settings
from django.urls import reverse

from applicants.models import Reference
from endorsement_portal.mail import link_maker


def reference_token(reference_id: int, generation: int) -> str:
    """The token of one generation of a reference's link: 43 characters, URL-safe."""
    key = hashlib.sha256(f"reference-link:{settings.SECRET_KEY}".encode()).digest()
    code = hmac.new(key, f"reference:{reference_id}:{generation}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(code).rstrip(b"=").decode()


def reference_path(reference: Reference) -> str:
    """The path of the present link."""
    return reverse("applicants:reference_answer", args=[reference_token(reference.pk, reference.generation)])


def find_by_token(token: str) -> Reference | None:
    """The reference that this link opens now, or None for every other token alike."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    return (
        Reference.objects.select_related("application__person__profile", "application__category__track")
        .filter(token_hash=digest)
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
