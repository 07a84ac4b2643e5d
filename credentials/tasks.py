"""What happens later: credentials issued, certificates made, ends of credentials noticed."""

from celery import shared_task

from credentials import issuing
from credentials.models import Credential
from endorsement_portal.lifecycle import Refused, advance
from endorsement_portal.outbox import handler


@handler("credentials.issue")
def issue(*, application_id: int) -> None:
    """Issue the credential of an endorsed and paid application, once."""
    issuing.issue(application_id)


@handler("credentials.certificate")
def make_certificate(*, credential_id: int) -> None:
    """Make the PDF of a credential and mail its holder, once."""
    issuing.make_certificate(credential_id)


@shared_task
def expire_credentials() -> int:
    """Expire what has run out; how many."""
    count = 0
    for credential in Credential.objects.run_out().order_by("pk"):
        try:
            advance(credential, "expire")
        except Refused:
            continue
        count += 1
    return count
