"""Editions: what a category asks.

Everything an applicant is measured by comes through here, always for the edition that the category belongs to, so an
application pinned to an edition is judged by the figures of its day.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, F, Func, JSONField, Value

from competencies.models import AddOn, Area, Basis, Category, Domain, Edition, Figure


@dataclass(frozen=True)
class Requirements:
    """What one category asks, in plain values, with how sure each is.

    Hours are clock hours, years are years of work. A value of None is not known yet. `statuses` gives
    confirmed, inferred or unknown by attribute name; what the association has confirmed itself counts as confirmed.
    """

    profile: str
    # “any_of”: one of gate_of is enough (education or work); “all_of”: each of them.
    gate_logic: str
    gate_of: tuple[str, ...]
    # “none”: no degree is asked; else which of education_of counts.
    education_logic: str
    education_of: tuple[str, ...]
    license_or_eligible: bool
    work_years: int | None
    work_years_providing_rsc: int
    work_paid: bool
    work_post_graduate: bool
    work_supervised: bool
    # What unpaid work needs so as to count; nothing where it never does.
    work_volunteer_if: tuple[str, ...]
    work_min_families: int | None
    work_kind: str
    work_service: str
    # The profile whose years of work are asked here, before this one's own.
    work_includes_profile: str
    # What else is a part of the work, and whether one may begin without it, as “emerging”.
    work_second_part: str
    work_second_part_waived: bool
    work_tests: tuple[str, ...]
    # Hours a week that are one full-time equivalent; None counts every job by the calendar.
    work_full_time_hours: int | None
    internship_years_max: int
    internship_supervisors: tuple[str, ...]
    training_total: int | None
    training_general: int | None
    training_dei: int | None
    training_rsc_provision: int | None
    # Whether hours beyond what the two subjects above ask count as general ones.
    training_surplus_is_general: bool
    training_typical: int | None
    rsc_hours: int | None
    rsc_about_provision: int | None
    rsc_providers: tuple[str, ...]
    rsc_vetted_until: str
    rsc_peer_counts: bool
    references_count: int
    reference_roles: tuple[str, ...]
    reference_any_listed: tuple[str, ...]
    references_min_endorsed: int
    references_valid_months: int | None
    references_void_at: int | None
    leadership_years: int
    membership: bool
    code_of_ethics: bool
    endorsement_agreement: bool
    exam: bool
    statuses: dict[str, str]

    @property
    def needs_education(self) -> bool:
        """Whether education is asked in any case, not only as an alternative to work."""
        return self.gate_logic == "all_of" and "education" in self.gate_of

    @property
    def education_or_work(self) -> bool:
        """Whether either education or work opens the door."""
        return self.gate_logic == "any_of"

    @property
    def needs_rsc(self) -> bool:
        """Whether hours of reflective supervision received are asked."""
        return bool(self.rsc_hours)

    @property
    def unconfirmed(self) -> frozenset[str]:
        """Names of the attributes that the association has still to confirm."""
        return frozenset(name for name, status in self.statuses.items() if status != Basis.CONFIRMED.value)


# attribute of Requirements: (section or "" for the profile's own, path, value where the profile has no such figure)
_ASKED: dict[str, tuple[str, str, Any]] = {
    "gate_logic": ("", "gate.logic", "all_of"),
    "gate_of": ("", "gate.of", ()),
    "education_logic": ("", "education.logic", "none"),
    "education_of": ("", "education.of", ()),
    "license_or_eligible": ("", "license_or_eligible", False),
    "work_years": ("", "work.years", None),
    "work_years_providing_rsc": ("", "work.years_providing_rsc", 0),
    "work_paid": ("", "work.paid", False),
    "work_post_graduate": ("", "work.post_graduate", False),
    "work_supervised": ("", "work.supervised", False),
    "work_volunteer_if": ("", "work.volunteer_if", ()),
    "work_min_families": ("", "work.min_families", None),
    "work_kind": ("", "work.kind", ""),
    "work_service": ("", "work.service", ""),
    "work_includes_profile": ("", "work.includes_profile", ""),
    "work_second_part": ("", "work.second_part", ""),
    "work_second_part_waived": ("", "work.second_part_waived_for_emerging", False),
    "work_tests": ("", "work.tests", ()),
    "work_full_time_hours": ("common", "work.full_time_hours", None),
    "internship_years_max": ("", "work.internship_years_max", 0),
    "internship_supervisors": ("", "work.internship_supervisor_profiles", ()),
    "training_total": ("", "training.total", None),
    "training_general": ("", "training.general", None),
    "training_dei": ("", "training.dei", None),
    "training_rsc_provision": ("", "training.rsc_provision", None),
    "training_surplus_is_general": ("common", "training.surplus_is_general", False),
    "training_typical": ("", "training.typical", None),
    "rsc_hours": ("", "rsc.hours", None),
    "rsc_about_provision": ("", "rsc.about_provision", None),
    "rsc_providers": ("", "rsc.providers", ()),
    "rsc_vetted_until": ("common", "rsc.vetted_providers_until", ""),
    "rsc_peer_counts": ("common", "rsc.peer_counts", False),
    "references_count": ("common", "references.count", 0),
    "reference_roles": ("", "references.roles", ()),
    "reference_any_listed": ("", "references.any_listed", ()),
    "references_min_endorsed": ("common", "references.min_endorsed_raters", 0),
    "references_valid_months": ("common", "references.valid_months", None),
    "references_void_at": ("common", "references.unrated_items_void_at", None),
    "leadership_years": ("", "leadership_years", 0),
    "membership": ("common", "membership_individual", False),
    "code_of_ethics": ("common", "code_of_ethics", True),
    "endorsement_agreement": ("common", "endorsement_agreement", True),
    "exam": ("", "exam", False),
}
# A profile that includes another (a clinical mentor meets the specialist's work first) takes these over from it.
_TAKEN_OVER = (
    "work.years",
    "work.paid",
    "work.supervised",
    "work.service",
    "work.internship_years_max",
    "work.internship_supervisor_profiles",
)
# What an add-on asks beyond the category that its holder has: attribute of Requirements → path in its own section.
_OF_ADDON = {
    "work_years_providing_rsc": "work_years_providing_rsc",
    "rsc_about_provision": "rsc_hours_about_provision",
    "training_rsc_provision": "training_hours_rsc_provision",
    "reference_roles": "references",
    "exam": "exam",
}


def requirements_for(category: Category) -> Requirements:
    """What the category asks in its own edition. One query, two where its profile includes another's work."""
    figures = figures_of(category.edition_id, "common", category.profile)
    included = figures.get((category.profile, "work.includes_profile"))
    if included is not None:
        figures |= figures_of(category.edition_id, str(included.value), paths=_TAKEN_OVER)
    return _requirements(category.profile, figures)


# As SQL, since Django takes ten times as long to put such an expression together as PostgreSQL to answer it.
_ASKED_SQL = """(
    SELECT jsonb_build_object(
        'profile', given.profile,
        'figures', (
            SELECT coalesce(jsonb_agg(to_jsonb(row)), '[]')
            FROM (
                SELECT section, path, value, basis, status FROM competencies_figure
                WHERE edition_id = given.edition
                AND (section IN ('common', given.profile) OR path = ANY(given.taken_over))
            ) AS row
        ),
        'areas', (
            SELECT coalesce(jsonb_agg(area.code ORDER BY domain.position, area.position), '[]')
            FROM competencies_area AS area JOIN competencies_domain AS domain ON domain.id = area.domain_id
            WHERE area.edition_id = given.edition AND given.profile = ANY(area.profiles)
        ),
        'rated', (
            SELECT coalesce(jsonb_agg(DISTINCT area.code), '[]')
            FROM competencies_ratingitem AS item JOIN competencies_area AS area ON area.id = item.area_id
            WHERE item.edition_id = given.edition AND given.profile = ANY(area.profiles)
            AND (item.categories = '{}' OR given.code = ANY(item.categories))
        )
    )
    FROM (VALUES (%(expressions)s)) AS given(edition, code, profile, taken_over)
)"""


def asked_by(category: str) -> Func:
    """What a category asks, for another table's query: `category` is the path from there to it.

    {profile, figures, areas (their codes), rated (those that rating items speak for)}; `requirements_in` reads it. So a list of rows of many categories and
    editions takes no query more.
    """
    # What a profile may take over from another comes along from all of them.
    taken_over = Value(list(_TAKEN_OVER), output_field=ArrayField(CharField()))
    return Func(
        F(f"{category}__edition"),
        F(f"{category}__code"),
        F(f"{category}__profile"),
        taken_over,
        template=_ASKED_SQL,
        output_field=JSONField(),
    )


def requirements_in(asked: dict[str, Any]) -> Requirements:
    """The requirements in what `asked_by` brought: no query."""
    figures = {(row["section"], row["path"]): Figure(**row) for row in asked["figures"]}
    return _requirements(asked["profile"], figures)


def requirements_for_addon(edition: Edition, code: str) -> Requirements:
    """What an add-on asks of somebody who holds a category that can take it: its own figures alone. One query.

    What the category asked is met already; membership, ethics and the agreement hold for the add-on too. Who may
    provide the supervision is not said for it, so the Family Specialist's list stands in, as open as it is there.
    """
    figures = figures_of(edition.pk, "common", code, "FS")
    if providers := figures.get(("FS", "rsc.providers")):
        figures.setdefault((code, "rsc.providers"), providers)
    for name, path in _OF_ADDON.items():
        found = figures.get((code, path))
        if found is not None:
            section, place, _default = _ASKED[name]
            figures[section or code, place] = found
    roles = figures.get((code, "references"))
    own = _requirements(code, figures)
    count = len(roles.value) if roles is not None and roles.value else 0
    return replace(own, references_count=count, references_min_endorsed=0)


@dataclass(frozen=True)
class Terms:
    """How an add-on is taken: by whom, and whether one may begin as “emerging”, with so many months to finish."""

    profiles: tuple[str, ...]
    emerging: bool
    emerging_months: int | None


def terms_of_addon(edition: Edition, code: str) -> Terms:
    """How an add-on is taken: one query."""
    found = {path: figure.value for (_code, path), figure in figures_of(edition.pk, code).items()}
    may_begin = bool(found.get("emerging.allowed"))
    return Terms(tuple(found.get("base_profiles") or ()), may_begin, found.get("emerging.months"))


def addons_for(category: Category) -> list[AddOn]:
    """The add-ons that somebody who holds the category can take: one query."""
    taking = Figure.objects.filter(
        edition=category.edition_id, path="base_profiles", value__contains=[category.profile]
    )
    rows = AddOn.objects.filter(edition=category.edition_id, code__in=taking.values("section"))
    return list(rows.order_by("code"))


def requirements_by_profile(edition: Edition) -> dict[str, Requirements]:
    """What every profile of an edition asks: one query, for pages that compare."""
    rows = Figure.objects.filter(edition=edition)
    figures = {(figure.section, figure.path): figure for figure in rows}
    return {section: _requirements(section, figures) for section, path in figures if path == "gate.logic"}


def _requirements(profile: str, figures: dict[tuple[str, str], Figure]) -> Requirements:
    included = figures.get((profile, "work.includes_profile"))
    values: dict[str, Any] = {}
    statuses: dict[str, str] = {}
    for name, (section, path, default) in _ASKED.items():
        found = figures.get((section or profile, path))
        if found is None and included is not None and path in _TAKEN_OVER:
            found = figures.get((str(included.value), path))
        values[name] = _frozen(default if found is None or found.value is None else found.value)
        if found is not None:
            statuses[name] = found.basis if found.is_open else Basis.CONFIRMED.value
    return Requirements(profile=profile, statuses=statuses, **values)


def figures_of(edition_id: int, *sections: str, paths: tuple[str, ...] = ()) -> dict[tuple[str, str], Figure]:
    """Figures of an edition by (section, path), in the file's order: one query."""
    rows = Figure.objects.filter(edition_id=edition_id, section__in=sections)
    rows = rows.filter(path__in=paths) if paths else rows
    return {(figure.section, figure.path): figure for figure in rows}


def areas_for(category: Category) -> list[tuple[Domain, list[Area]]]:
    """The domains of a category in order, each with its areas: one query."""
    return [(domain, list(areas)) for domain, areas in groupby(category.areas(), key=lambda area: area.domain)]


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
