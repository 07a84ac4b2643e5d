"""The navigation of each role, as names of URLs, and what every template may ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from endorsement_portal.models import Message, Role, User

if TYPE_CHECKING:
    from django.http import HttpRequest

C, F, A, R = Role.COORDINATOR, Role.FINANCE, Role.ADMIN, Role.REVIEWER
# (who sees it, words, name of the URL). Top to bottom is the order of a working day.
ITEMS: list[tuple[frozenset[Role], Any, str]] = [
    (frozenset({Role.APPLICANT, C, F, A, R}), _("Home"), "home"),
    (frozenset({Role.APPLICANT}), _("My evidence"), "applicants:evidence_list"),
    (frozenset({R}), _("My reviews"), "reviews:review_list"),
    (frozenset({C, A}), _("Interest"), "cohorts:interest_list"),
    (frozenset({C, A}), _("Cohorts"), "cohorts:cohort_list"),
    (frozenset({C, A}), _("Applications"), "applicants:application_list"),
    (frozenset({C, A}), _("Supervision"), "applicants:supervision_list"),
    (frozenset({C, A}), _("Reviews"), "reviews:assignment_list"),
    (frozenset({F, A}), _("Fees"), "payments:invoice_list"),
    (frozenset({F, A}), _("Scholarships"), "payments:scholarship_list"),
    (frozenset({C, A}), _("Credentials"), "credentials:credential_list"),
    (frozenset({C, A}), _("Framework"), "competencies:edition_list"),
    (frozenset({A}), _("Reports"), "reports:report_list"),
    (frozenset({A}), _("People"), "person_list"),
]
# Pages that belong to an item without lying below its address.
BELONGS = {
    "applicants:provider_list": "applicants:supervision_list",
    "applicants:provider_create": "applicants:supervision_list",
    "applicants:provider_detail": "applicants:supervision_list",
    "applicants:provider_edit": "applicants:supervision_list",
    "applicants:provider_standing_create": "applicants:supervision_list",
    "applicants:provider_standing_edit": "applicants:supervision_list",
    "payments:payment_confirm_refund": "payments:invoice_list",
    "payments:fund_list": "payments:scholarship_list",
    "payments:fund_create": "payments:scholarship_list",
    "payments:fund_edit": "payments:scholarship_list",
    "reviews:overdue_list": "reviews:assignment_list",
    "reviews:decision_create": "reviews:assignment_list",
    "reviews:reviewer_list": "reviews:assignment_list",
    "reviews:reviewer_edit": "reviews:assignment_list",
    "reviews:needed_edit": "reviews:assignment_list",
    "reviews:review_confirm": "reviews:assignment_list",
    "credentials:credential_detail": "credentials:credential_list",
    "credentials:credential_confirm": "credentials:credential_list",
    "competencies:figure_confirm": "competencies:edition_list",
    "competencies:figure_confirm_reopen": "competencies:edition_list",
    "competencies:catalog_list": "competencies:edition_list",
    "competencies:catalog_create": "competencies:edition_list",
    "competencies:catalog_edit": "competencies:edition_list",
    "competencies:catalog_confirm": "competencies:edition_list",
    "competencies:catalog_invite": "competencies:edition_list",
}
PUBLIC_ITEMS = [
    (_("The endorsement"), "competencies:about"),
    (_("Find your category"), "competencies:category_finder"),
    (_("Register interest"), "cohorts:interest_create"),
    (_("Registry"), "credentials:registry"),
]


def items_for(request: HttpRequest) -> list[dict[str, Any]]:
    """The links of the header for this person, with the present page marked."""
    user = request.user
    if isinstance(user, User):
        roles = set(user.roles)
        # Staff who could apply too don't need the applicant's links every day.
        if len(roles) > 1:
            roles.discard(Role.APPLICANT.value)
        shown = [(label, name) for hats, label, name in ITEMS if roles & {hat.value for hat in hats}]
    else:
        shown = PUBLIC_ITEMS
    urls = [(label, reverse(name)) for label, name in shown]
    present = request.resolver_match.view_name if request.resolver_match else ""
    belongs = [reverse(name) for _label, name in shown if name == BELONGS.get(present)]
    # Else the longest address that leads to this page is where one is: Interest lies below Cohorts.
    here = max(belongs or (url for _label, url in urls if _leads_to(url, request.path)), key=len, default="")
    return [{"label": label, "url": url, "current": url == here} for label, url in urls]


def _leads_to(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))


def context(request: HttpRequest) -> dict[str, Any]:
    """For every template: the navigation, the unread count, the portal's names."""
    user = getattr(request, "user", None)
    person = user if isinstance(user, User) else None
    return {
        "nav_items": SimpleLazyObject(lambda: items_for(request)) if user is not None else [],
        "unread_count": SimpleLazyObject(lambda: _unread(person)) if person else 0,
        "demo": bool(person and person.is_demo),
        "portal_name": settings.PORTAL_NAME,
        "association_name": settings.ASSOCIATION_NAME,
        "association_short_name": settings.ASSOCIATION_SHORT_NAME,
        "contact_email": settings.CONTACT_EMAIL,
    }


def _unread(person: User) -> int:
    """How many messages wait in the person's inbox."""
    return Message.objects.visible_to(person).unread().count()
