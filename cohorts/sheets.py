"""A form of interest as rows to read: the person, the work, the wishes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from cohorts.forms.interest import FOCUS

if TYPE_CHECKING:
    from cohorts.models import Interest

Rows = list[dict[str, Any]]


def person_sheet(interest: Interest, *, with_access_needs: bool) -> Rows:
    """Who it is and how to reach them; what would help them take part only for the coordinator."""
    rows = [
        _row(_("Email"), interest.email),
        _row(_("Phone"), interest.phone),
        _row(_("Lives in"), interest.home_county.name if interest.home_county else _("Outside North Carolina")),
        _row(_("Language for our mail"), interest.get_language_pref_display()),
        _row(_("Account"), _("Linked") if interest.person_id else _("Not linked yet")),
    ]
    if with_access_needs:
        rows.append(_row(_("What would help them take part"), interest.access_needs))
    return rows


def work_sheet(interest: Interest) -> Rows:
    """What they do, where, with whom, for how long, and in which languages."""
    elsewhere = ", ".join(county.name for county in interest.other_work_counties.all())
    return [
        _row(_("Employer"), interest.employer),
        _row(_("Job title"), interest.job_title),
        _row(_("Field of work"), interest.get_sector_display()),
        _row(_("Works in"), interest.work_place),
        _row(_("Other counties"), elsewhere),
        _row(_("Most of the work"), dict(FOCUS).get(interest.focus, "")),
        _row(_("Works with"), "\n".join(interest.ages_in_words)),
        _row(_("Paid years"), f"{interest.paid_years.normalize():f}"),
        _row(_("Highest education"), interest.get_highest_education_display()),
        _row(_("Languages of practice"), ", ".join(interest.practice_languages)),
    ]


def wishes_sheet(interest: Interest) -> Rows:
    """What they would like, and what they would need help to pay."""
    return [
        _row(_("Category"), str(interest.category) if interest.category else _("Not sure yet")),
        _row(_("Kind of cohort"), interest.get_cohort_preference_display()),
        _row(_("Help with the cost"), interest.get_funding_need_display()),
        _row(_("Heard of us from"), interest.get_heard_from_display() if interest.heard_from else ""),
    ]


def _row(key: str, value: Any) -> dict[str, Any]:
    return {"key": key, "value": value}
