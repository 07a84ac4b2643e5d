"""Plain words for the framework's names: what a figure is called, its unit, and what its codes mean.

A figure that a later edition adds without words here is shown by its own name, so nothing ever hides.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

    from competencies.models import Track

SECTIONS: dict[str, StrPromise] = {
    "common": _("For every category"),
    "FA": _("Family Associate"),
    "FS": _("Family Specialist"),
    "FRS": _("Family Reflective Supervisor"),
    "MHS": _("Mental Health Specialist"),
    "MHM-C": _("Mental Health Mentor – Clinical"),
    "MHM-P": _("Mental Health Mentor – Policy"),
    "MHM-RF": _("Mental Health Mentor – Research/Faculty"),
    "ERS": _("Add-on: Endorsed Reflective Supervisor"),
    "evidence": _("Evidence"),
    "exam": _("Exam"),
    "review": _("Review"),
    "cohorts": _("Cohorts"),
    "renewal": _("Renewal"),
}

# path, or section.path where the same path means something else in another section: (name, unit)
FIGURES: dict[str, tuple[StrPromise, str]] = {
    "code_of_ethics": (_("Code of ethics signed"), ""),
    "endorsement_agreement": (_("Endorsement agreement signed"), ""),
    "membership_individual": (_("Membership in one’s own name"), ""),
    "not_sanctioned_attestation": (_("Statement that no licensing board has sanctioned the person"), ""),
    "apply_in_state_of_residence": (_("Apply in the state where one lives"), ""),
    "rsc.modes": (_("Reflective supervision: forms that count"), ""),
    "rsc.virtual_allowed": (_("Reflective supervision: online counts"), ""),
    "rsc.min_individual_hours": (_("Reflective supervision: individual hours at least"), "hours"),
    "rsc.peer_counts": (_("Reflective supervision: peer groups count"), ""),
    "rsc.max_providers": (_("Reflective supervision: providers at most"), ""),
    "rsc.window_months": (_("Reflective supervision: within how many months"), "months"),
    "rsc.window_months_before": (_("Reflective supervision: months, older rule"), "months"),
    "rsc.vetted_providers_until": (_("Reflective supervision: vetted providers count until"), ""),
    "references.count": (_("References"), ""),
    "references.min_endorsed_raters": (_("References: endorsed raters at least"), ""),
    "references.unrated_items_void_at": (_("References: void at this many items left unrated"), ""),
    "references.valid_months": (_("References: valid for"), "months"),
    "references.waiver_per_reference": (_("References: waiver of access, one by one"), ""),
    "references.scale": (_("References: rating scale"), ""),
    "references.roles": (_("References: who gives them"), ""),
    "references.any_listed": (_("References: who else may give one"), ""),
    "closing": (_("Closing to new applicants"), ""),
    "replaced_by": (_("Replaced by"), ""),
    "gate.logic": (_("Education and work: how they combine"), ""),
    "gate.of": (_("Education and work: what is asked"), ""),
    "education.logic": (_("Education: how much of the list"), ""),
    "education.of": (_("Education: what counts"), ""),
    "education.before": (_("Education: older rule"), ""),
    "license_or_eligible": (_("Licensed or license-eligible"), ""),
    "work.years": (_("Work"), "years"),
    "work.full_time_hours": (_("Work: full time is, a week"), "hours"),
    "work.paid": (_("Work: paid"), ""),
    "work.volunteer_if": (_("Work: volunteering counts if"), ""),
    "work.min_families": (_("Work: families at least"), ""),
    "work.tests": (_("Work: what it must be"), ""),
    "work.second_part": (_("Work: second part"), ""),
    "work.second_part_waived_for_emerging": (_("Work: second part waived at first"), ""),
    "work.supervised": (_("Work: supervised"), ""),
    "work.service": (_("Work: kind of service"), ""),
    "work.internship_years_max": (_("Work: internship counts up to"), "years"),
    "work.internship_supervisor_profiles": (_("Work: who may supervise the internship"), ""),
    "work.includes_profile": (_("Work: includes the work of"), ""),
    "work.years_providing_rsc": (_("Work: providing reflective supervision"), "years"),
    "work.post_graduate": (_("Work: after the degree"), ""),
    "work.kind": (_("Work: kind"), ""),
    "training.total": (_("Training in total"), "hours"),
    "training.general": (_("Training on infant and early childhood mental health"), "hours"),
    "training.dei": (_("Training on diversity, equity and inclusion"), "hours"),
    "training.surplus_is_general": (_("Training beyond what a subject asks counts as general"), ""),
    "training.rsc_provision": (_("Training on providing reflective supervision"), "hours"),
    "training.typical": (_("Training people usually list"), "hours"),
    "rsc.hours": (_("Reflective supervision received"), "hours"),
    "rsc.about_provision": (_("Of these, about the supervision one provides"), "hours"),
    "rsc.providers": (_("Reflective supervision: who may provide it"), ""),
    "leadership_years": (_("Leadership"), "years"),
    "exam": (_("Exam"), ""),
    "exam_dropped_on": (_("Exam no longer asked since"), ""),
    "base_profiles": (_("Who can add it"), ""),
    "work_years_providing_rsc": (_("Providing reflective supervision"), "years"),
    "rsc_hours_about_provision": (_("Supervision about the supervision one provides"), "hours"),
    "training_hours_rsc_provision": (_("Training on providing reflective supervision"), "hours"),
    "ERS.references": (_("References: who gives them"), ""),
    "emerging.allowed": (_("May begin as “emerging”"), ""),
    "emerging.months": (_("“Emerging” for at most"), "months"),
    "emerging.may_provide_qualifying_rsc": (_("Hours provided while “emerging” count"), ""),
    "weight_order": (_("Kinds of evidence, strongest first"), ""),
    "applies_to_profiles": (_("Who takes it"), ""),
    "approval_valid_months": (_("Approval to take it is valid for"), "months"),
    "delivery": (_("How it is given"), ""),
    "window": (_("When in the month"), ""),
    "window_months": (_("From month to month of the year"), ""),
    "parts.part1.kind": (_("Part 1: kind"), ""),
    "parts.part1.items": (_("Part 1: questions"), ""),
    "parts.part1.minutes": (_("Part 1: time"), "minutes"),
    "parts.part1.pass_percent": (_("Part 1: pass mark"), "percent"),
    "parts.part1.max_wrong": (_("Part 1: wrong answers at most"), ""),
    "parts.part1.per_credential": (_("Part 1: a paper for each track"), ""),
    "parts.part2.kind": (_("Part 2: kind"), ""),
    "parts.part2.minutes": (_("Part 2: time"), "minutes"),
    "parts.part2.pass_percent": (_("Part 2: pass mark"), "percent"),
    "parts.part2.scorers": (_("Part 2: scorers"), ""),
    "parts.part2.blind": (_("Part 2: scored without names"), ""),
    "retake.wait_months": (_("Wait before trying again"), "months"),
    "retake.per_part": (_("Only the failed part again"), ""),
    "fee_usd": (_("Fee"), "dollars"),
    "min_reviewers": (_("Reviewers at least"), ""),
    "consensus_required_if_multiple": (_("Several reviewers must agree"), ""),
    "reviewer_must_be_endorsed": (_("Reviewers must be endorsed"), ""),
    "outcomes": (_("Outcomes"), ""),
    "appeal": (_("Appeal"), ""),
    "min_weeks_registered_before_submission": (_("Registered before submitting"), "weeks"),
    "inactivity_hold_months": (_("On hold when idle for"), "months"),
    "max_size": (_("People in a cohort at most"), ""),
    "agency_min_size": (_("People in an agency’s own cohort at least"), ""),
    "model": (_("Model"), ""),
    "cycle_years": (_("Cycle"), "years"),
    "first_due": (_("First due"), ""),
    "window.opens": (_("Opens on (month-day)"), ""),
    "window.closes": (_("Closes on (month-day)"), ""),
    "included_if_endorsed_on_or_before": (_("Includes those endorsed up to"), ""),
    "prorate_by_years_endorsed": (_("Hours in proportion to years endorsed"), ""),
    "renewal.evidence": (_("How it is shown"), ""),
    "audit": (_("Audit"), ""),
    "membership": (_("Membership"), ""),
    "membership_due": (_("Membership due (month-day)"), ""),
    "training_hours": (_("Training"), "hours"),
    "dei_hours": (_("Of these, on diversity, equity and inclusion"), "hours"),
    "rsc_provision_hours_if_provider": (_("Of these, on providing reflective supervision, for providers"), "hours"),
    "rsc_hours": (_("Reflective supervision received"), "hours"),
    "rsc_hours_mhm_c_after_3_years": (_("Reflective supervision, clinical mentors after three years"), "hours"),
    "due": (_("Due (month-day)"), ""),
    "first_year_exempt_from_hours": (_("No hours in the first year"), ""),
    "dual_endorsement": (_("Holding two endorsements"), ""),
    "statuses": (_("Standing of a credential"), ""),
    "reinstatement.training_hours_last_12_months": (_("Coming back: training in the last 12 months"), "hours"),
    "reinstatement.rsc_connection_attestation": (_("Coming back: statement on reflective supervision"), ""),
    "reinstatement.audited_next_cycle": (_("Coming back: audited in the next cycle"), ""),
    "reinstatement.ethics": (_("Coming back: code of ethics"), ""),
    "reinstatement.membership": (_("Coming back: membership"), ""),
    "reinstatement.new_references": (_("Coming back: new references"), ""),
    "reinstatement.exam_retake": (_("Coming back: exam again"), ""),
    "reinstatement.fee_usd": (_("Coming back: fee"), "dollars"),
}
PREFIXES: dict[str, StrPromise] = {
    "alternative_annual": _("Older yearly model"),
    "rsc_hours": _("Reflective supervision received"),
}

CODES: dict[str, StrPromise] = {
    "any_of": _("one of these is enough"),
    "all_of": _("each of these"),
    "none": _("nothing is asked"),
    "education": _("education"),
    "work": _("work"),
    "any_degree": _("any academic degree"),
    "cda": _("a Child Development Associate (CDA) credential"),
    "masters_or_higher": _("a master’s degree or higher"),
    "state_mental_health_license": _("a mental health license from a state agency"),
    "bachelor": _("a bachelor’s degree"),
    "supervised": _("it was supervised"),
    "specialized_training": _("it came with specialized training"),
    "child_in_age_range": _("the child is in the age range"),
    "social_emotional_focus": _("the focus is the child’s social and emotional needs"),
    "relationship_focus": _("it strengthens the relationships around the child"),
    "rsc_provision": _("providing reflective supervision"),
    "parent_infant_child_psychotherapy": _("psychotherapy with child and caregiver together"),
    "policy_or_program_leadership": _("leading policy or programs"),
    "university_teaching_or_published_research": _("university teaching or published research"),
    "FA": _("Family Associate"),
    "FS": _("Family Specialist"),
    "FRS": _("Family Reflective Supervisor"),
    "MHS": _("Mental Health Specialist"),
    "MHM-C": _("Mental Health Mentor – Clinical"),
    "MHM-P": _("Mental Health Mentor – Policy"),
    "MHM-RF": _("Mental Health Mentor – Research/Faculty"),
    "ERS": _("Endorsed Reflective Supervisor"),
    "ERS-emerging": _("emerging Endorsed Reflective Supervisor"),
    "vetted": _("a provider vetted by the association"),
    "individual": _("individual"),
    "group": _("group"),
    "current_supervisor": _("your current supervisor"),
    "endorsed_or_vetted": _("someone who is endorsed, or vetted by the association"),
    "any_listed": _("one more person of your choice"),
    "rsc_provider": _("the person who provides your reflective supervision"),
    "rsc_supervisee": _("a person you provide reflective supervision to"),
    "supervisor_or_colleague": _("a supervisor or colleague"),
    "any": _("a person who knows your work"),
    "supervisor": _("a supervisor"),
    "colleague": _("a colleague"),
    "recipient": _("a parent or other person you served"),
    "teacher": _("a teacher"),
    "trainer": _("a trainer"),
    "consultant": _("a consultant"),
    "supervisee": _("a person you supervise"),
    "cda_mentor": _("a CDA mentor"),
    "board_member": _("a board member"),
    "course": _("college course"),
    "training": _("training"),
    "training_series": _("training series"),
    "training_short": _("short training"),
    "conference": _("conference"),
    "rating": _("reference rating"),
    "rsc": _("reflective supervision"),
    "exam": _("exam"),
    "external_questionmark": _("online, by the Alliance"),
    "last_week_of_month": _("last week of the month"),
    "multiple_choice": _("multiple choice"),
    "written": _("written answers"),
    "endorse": _("endorse"),
    "approve_for_exam": _("approve for the exam"),
    "more_information": _("ask for more information"),
    "defer": _("defer"),
    "emerging": _("emerging"),
    "fixed_cycle": _("fixed cycle"),
    "attestation": _("own statement"),
    "random": _("random"),
    "annual": _("yearly"),
    "count_once_highest": _("hours count once, for the category that asks most"),
    "active": _("active"),
    "lapsed": _("lapsed"),
    "inactive": _("inactive"),
    "emeritus": _("emeritus"),
    "transferred_out": _("moved to another state"),
}

# Which codes may stand in a figure, for those that hold codes and can be corrected.
ROLES = (
    "current_supervisor",
    "rsc_provider",
    "rsc_supervisee",
    "endorsed_or_vetted",
    "supervisor_or_colleague",
    "any_listed",
    "any",
)
RATERS = (
    "supervisor",
    "colleague",
    "recipient",
    "teacher",
    "trainer",
    "consultant",
    "supervisee",
    "cda_mentor",
    "board_member",
)
PROFILES = ("FA", "FS", "FRS", "MHS", "MHM-C", "MHM-P", "MHM-RF")
VOCABULARY: dict[str, tuple[str, ...]] = {
    "gate.logic": ("any_of", "all_of"),
    "gate.of": ("education", "work"),
    "education.logic": ("any_of", "all_of", "none"),
    "education.of": ("any_degree", "cda", "bachelor", "masters_or_higher", "state_mental_health_license"),
    "education.before": ("any_degree", "cda", "bachelor", "masters_or_higher"),
    "references.roles": ROLES,
    "ERS.references": ROLES,
    "references.any_listed": RATERS,
    "rsc.providers": (*PROFILES, "ERS", "ERS-emerging", "vetted"),
    "rsc.modes": ("individual", "group"),
    "replaced_by": (*PROFILES, "ERS"),
    "base_profiles": PROFILES,
    "applies_to_profiles": PROFILES,
    "work.includes_profile": PROFILES,
    "work.internship_supervisor_profiles": PROFILES,
    "work.volunteer_if": ("supervised", "specialized_training"),
    "work.tests": ("child_in_age_range", "social_emotional_focus", "relationship_focus"),
    "weight_order": ("course", "training_series", "training_short", "conference", "rating", "work"),
    "outcomes": ("endorse", "approve_for_exam", "more_information", "defer", "emerging"),
    "statuses": ("active", "emerging", "lapsed", "inactive", "emeritus", "transferred_out"),
    "model": ("fixed_cycle", "annual"),
}
# What a figure without a value would be, for those that are not text.
NUMBERS = frozenset({"rsc.max_providers", "rsc.window_months", "training.typical", "rsc.about_provision"})


def figure_name(section: str, path: str) -> str:
    """What a figure is called."""
    known = _figure(section, path)
    if known:
        return str(known[0])
    head, _dot, rest = path.partition(".")
    if head in PREFIXES and rest:
        return f"{PREFIXES[head]}: {code_words(rest) if rest in CODES else figure_name(section, rest)}"
    return path.replace("_", " ").replace(".", ": ")


def figure_words(section: str, path: str, value: Any, *, is_open: bool = True) -> str:
    """A figure's value as people say it: "33 hours", "Yes", "individual; group".

    Nothing means "not known" while the figure is open, and "no such rule" once it is confirmed.
    """
    if value is None and not is_open:
        return _now("no such rule")
    return value_words(value, unit=_unit(section, path))


def value_words(value: Any, *, unit: str = "") -> str:
    """A value in words; what is missing is said to be."""
    if value is None:
        return _now("not known")
    if value is True or value is False:
        return _now("Yes") if value else _now("No")
    if isinstance(value, list | tuple):
        return "; ".join(value_words(item) for item in value) or _now("nothing is asked")
    if isinstance(value, int | float):
        return measured(value, unit)
    return code_words(str(value))


def code_words(code: str) -> str:
    """A code's words; a date as a date; anything else as it is."""
    if code in CODES:
        return str(CODES[code])
    try:
        return date_format(date.fromisoformat(code), "DATE_FORMAT") if len(code) == 10 else code
    except ValueError:
        return code


def measured(number: float, unit: str) -> str:
    """A number with its unit, singular or plural."""
    n = int(number) if float(number).is_integer() else 2
    words = {
        "hours": ngettext("%(n)s hour", "%(n)s hours", n),
        "years": ngettext("%(n)s year", "%(n)s years", n),
        "months": ngettext("%(n)s month", "%(n)s months", n),
        "weeks": ngettext("%(n)s week", "%(n)s weeks", n),
        "minutes": ngettext("%(n)s minute", "%(n)s minutes", n),
        "percent": "%(n)s%%",
        "dollars": "$%(n)s",
    }
    return words.get(unit, "%(n)s") % {"n": f"{number:g}"}


def vocabulary(section: str, path: str) -> tuple[str, ...]:
    """The codes that may stand in a figure; empty where it holds none."""
    return VOCABULARY.get(f"{section}.{path}") or VOCABULARY.get(path) or ()


def ages(track: Track) -> str:
    """A track's age range as people say it."""
    if track.age_from_months is None or track.age_to_months is None:
        return _now("both age ranges")
    if track.includes_prenatal:
        return _now("pregnancy to %(months)s months") % {"months": track.age_to_months}
    years = (track.age_to_months + 1) // 12
    return _now("%(first)s to %(last)s months, until just before age %(years)s") % {
        "first": track.age_from_months,
        "last": track.age_to_months,
        "years": years,
    }


def _figure(section: str, path: str) -> tuple[StrPromise, str] | None:
    return FIGURES.get(f"{section}.{path}") or FIGURES.get(path)


def _unit(section: str, path: str) -> str:
    head, _dot, rest = path.partition(".")
    known = _figure(section, path) or FIGURES.get(head) or FIGURES.get(rest)
    return known[1] if known else ""
