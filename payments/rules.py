"""Who may, for invoices, scholarships and funds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from endorsement_portal.rules import is_admin, is_finance

if TYPE_CHECKING:
    from applicants.models import Application
    from endorsement_portal.models import User
    from payments.models import Invoice, Scholarship


@rules.predicate
def is_own(user: User, subject: Application | Invoice | Scholarship | None) -> bool:
    """The person's own application, invoice or scholarship."""
    return subject is not None and subject.belongs_to(user)


is_treasurer = is_finance | is_admin
# Nobody records money on their own application or awards themselves a scholarship, whatever hats they wear.
is_neutral_treasurer = is_treasurer & ~is_own

rules.add_perm("payments.pay_invoice", is_own)
rules.add_perm("payments.request_scholarship", is_own)
rules.add_perm("payments.view_invoice", is_own | is_treasurer)
rules.add_perm("payments.record_payment", is_neutral_treasurer)
rules.add_perm("payments.decide_scholarship", is_neutral_treasurer)
rules.add_perm("payments.manage_funds", is_treasurer)
