"""Which kind of value each figure has that the portal computes with: a number, yes or no, a list of words, one word.

An edition in which "33 hours" stands where a number belongs could be read by people, and by no check.
"""

from __future__ import annotations

from datetime import date
from typing import Any

NUMBERS = frozenset(
    {
        *("training.total", "training.general", "training.dei", "training.rsc_provision", "training.typical"),
        *("rsc.hours", "rsc.about_provision", "leadership_years", "work.years", "work.years_providing_rsc"),
        *("work.min_families", "work.full_time_hours", "work.internship_years_max", "references.count"),
        *("references.min_endorsed_raters", "references.valid_months", "references.unrated_items_void_at"),
        *("work_years_providing_rsc", "rsc_hours_about_provision", "training_hours_rsc_provision", "cycle_years"),
        "emerging.months",
    }
)
FLAGS = frozenset(
    {
        *("exam", "license_or_eligible", "work.paid", "work.post_graduate", "work.supervised", "rsc.peer_counts"),
        *("membership_individual", "code_of_ethics", "endorsement_agreement", "emerging.allowed"),
        *("training.surplus_is_general", "work.second_part_waived_for_emerging"),
    }
)
LISTS = frozenset(
    {
        *("gate.of", "education.of", "work.tests", "work.internship_supervisor_profiles", "rsc.providers"),
        *("references.roles", "references.any_listed", "references", "work.volunteer_if", "base_profiles"),
    }
)
WORDS = frozenset({"work.kind", "work.service", "work.includes_profile"})
CHOICES = {
    "gate.logic": ("any_of", "all_of"),
    "education.logic": ("any_of", "all_of", "none"),
    "work.second_part": ("rsc_provision",),
}


def kind_asked(path: str, value: Any) -> str:
    """What a figure that the portal computes with should be, where it is not."""
    if path in CHOICES:
        return "" if value in CHOICES[path] else f"one of {', '.join(CHOICES[path])}"
    if path in NUMBERS:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return "" if is_number and 0 <= value <= 9999 else "a number from 0 to 9999"
    if path in FLAGS:
        return "" if isinstance(value, bool) else "true or false"
    if path in LISTS:
        return "" if isinstance(value, list) and all(isinstance(item, str) for item in value) else "a list of words"
    if path in WORDS:
        return "" if isinstance(value, str) else "one word"
    if path == "rsc.vetted_providers_until":
        return "" if isinstance(value, date) else "a date such as 2025-01-01"
    return ""
