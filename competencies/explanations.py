"""What a category asks, in sentences: our own plain words around the edition's figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from competencies.wording import code_words, measured

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

    from competencies.editions import Requirements


@dataclass(frozen=True)
class Line:
    """One sentence, and whether the association has still to confirm what it says."""

    text: str
    to_be_confirmed: bool = False


@dataclass(frozen=True)
class Asked:
    """One thing that is asked: a heading, its sentences, and a remark."""

    name: str
    heading: str
    lines: tuple[Line, ...]
    note: str = ""

    @property
    def is_list(self) -> bool:
        """Whether the first sentence introduces the others."""
        return self.lines[0].text.endswith(":")


@dataclass(frozen=True)
class Portrait:
    """Who a profile is for, in everyday words."""

    who: StrPromise
    examples: StrPromise


PORTRAITS: dict[str, Portrait] = {
    "FA": Portrait(
        gettext_lazy("You support families as part of your everyday work, and help things go well from the start."),
        gettext_lazy("Child care teachers and directors, doulas, case managers, child welfare and health staff"),
    ),
    "FS": Portrait(
        gettext_lazy("You work with families over time, when there is a worry or a risk, before it grows."),
        gettext_lazy("Home visitors, early intervention providers, child care coaches, parent educators, NICU nurses"),
    ),
    "FRS": Portrait(
        gettext_lazy("You provide reflective supervision to people who work with families."),
        gettext_lazy("Supervisors in home visiting and early intervention programs"),
    ),
    "MHS": Portrait(
        gettext_lazy("You treat babies or young children together with the people who care for them."),
        gettext_lazy("Parent–child psychotherapists, clinical home visitors, licensed mental health clinicians"),
    ),
    "MHM-C": Portrait(
        gettext_lazy("You guide other clinicians, most of all through reflective supervision."),
        gettext_lazy("Clinical directors, reflective supervisors, experienced clinicians who teach others"),
    ),
    "MHM-P": Portrait(
        gettext_lazy("You shape the policies and programs that families meet."),
        gettext_lazy("Program directors, state and county leaders, policy makers"),
    ),
    "MHM-RF": Portrait(
        gettext_lazy("You teach the field or add to what it knows."),
        gettext_lazy("University faculty, researchers"),
    ),
}


def explain(asked: Requirements) -> list[Asked]:
    """Everything a category asks, in the order in which people build their portfolio."""
    rows = [_education(asked), _work(asked), _training(asked), _supervision(asked)]
    if asked.leadership_years:
        rows.append(_leadership(asked))
    return [*rows, _references(asked), _exam(asked)]


def education_line(asked: Requirements) -> str:
    """What education is asked, as one sentence."""
    kinds = [code_words(kind) for kind in asked.education_of]
    if asked.education_logic == "none" or not kinds:
        return _("No degree is asked.")
    if asked.education_or_work:
        work = _("%(years)s of paid work") % {"years": measured(asked.work_years or 0, "years")}
        return _("One of these is enough: %(list)s.") % {"list": _or([*kinds, work])}
    return _("You hold %(list)s.") % {"list": education_words(asked)}


def education_words(asked: Requirements) -> str:
    """The kinds of education that count, as a list in words."""
    kinds = [code_words(kind) for kind in asked.education_of]
    return _or(kinds) if asked.education_logic == "any_of" else "; ".join(kinds)


def training_split(asked: Requirements) -> list[Line]:
    """The hours of training by subject, leaving out what is not asked."""
    parts = [
        ("training_general", asked.training_general, _("%(hours)s on infant and early childhood mental health")),
        ("training_dei", asked.training_dei, _("%(hours)s on diversity, equity and inclusion")),
        ("training_rsc_provision", asked.training_rsc_provision, _("%(hours)s on providing reflective supervision")),
    ]
    return [_line(asked, line % {"hours": measured(n, "hours")}, name) for name, n, line in parts if n]


def _education(asked: Requirements) -> Asked:
    lines = [_line(asked, education_line(asked), "gate_logic", "gate_of", "education_logic", "education_of")]
    if asked.license_or_eligible:
        lines.append(_line(asked, _("You work as a licensed or license-eligible therapist."), "license_or_eligible"))
    return Asked("education", _("Education"), tuple(lines))


def _work(asked: Requirements) -> Asked:
    lines = []
    if asked.education_or_work:
        said = _("Paid work counts in place of a degree. Some supervised volunteering counts too.")
        lines.append(_line(asked, said, "work_years", "work_paid"))
    elif asked.work_years:
        lines.append(_line(asked, _work_years(asked), "work_years", "work_paid", "work_supervised", "work_kind"))
    if asked.work_min_families:
        said = _("You have served at least %(n)s families.") % {"n": asked.work_min_families}
        lines.append(_line(asked, said, "work_min_families"))
    if asked.work_years_providing_rsc:
        said = _("You have provided reflective supervision for %(years)s after your degree.")
        said %= {"years": measured(asked.work_years_providing_rsc, "years")}
        lines.append(_line(asked, said, "work_years_providing_rsc"))
    if asked.work_second_part == "rsc_provision":
        said = _("You have also provided reflective supervision.")
        if asked.work_second_part_waived:
            said = _("You have also provided reflective supervision. One may begin without it, as “emerging”.")
        lines.append(_line(asked, said, "work_second_part"))
    if asked.internship_years_max:
        said = _("Up to %(years)s of internship counts, if an endorsed person supervised it.")
        said %= {"years": measured(asked.internship_years_max, "years")}
        lines.append(_line(asked, said, "internship_years_max"))
    return Asked("work", _("Work"), tuple(lines) or (Line(_("No time of work is asked.")),))


def _work_years(asked: Requirements) -> str:
    years = measured(asked.work_years or 0, "years")
    if asked.work_supervised:
        said = _("%(years)s of supervised, paid psychotherapy with young children and caregivers together.")
        return said % {"years": years}
    if asked.work_kind:
        kind = code_words(asked.work_kind)
        return _("%(years)s of work after your degree: %(kind)s.") % {"years": years, "kind": kind}
    return _("%(years)s of paid work in this scope, with children in the age range.") % {"years": years}


def _training(asked: Requirements) -> Asked:
    if asked.training_total is None:
        lines = [Line(_("The number of hours is not known yet."), to_be_confirmed=True)]
    else:
        total = _("At least %(total)s of training:") % {"total": measured(asked.training_total, "hours")}
        lines = [_line(asked, total, "training_total"), *training_split(asked)]
        if asked.training_surplus_is_general and asked.training_general:
            said = _("hours on one subject that are beyond what is asked of it count as general ones")
            lines.append(_line(asked, said, "training_surplus_is_general"))
    note = ""
    if asked.training_typical:
        note = _("A floor, not a target: people usually list about %(n)s hours.") % {"n": asked.training_typical}
    return Asked("training", _("Training"), tuple(lines), note)


def _supervision(asked: Requirements) -> Asked:
    heading = _("Reflective supervision you receive")
    if not asked.needs_rsc:
        return Asked("supervision", heading, (_line(asked, _("Not asked, but recommended."), "rsc_hours"),))
    said = _("At least %(hours)s, alone or in a group, in person or online.")
    lines = [_line(asked, said % {"hours": measured(asked.rsc_hours or 0, "hours")}, "rsc_hours")]
    if asked.rsc_about_provision:
        said = _("%(hours)s of these are about the supervision you provide.")
        said %= {"hours": measured(asked.rsc_about_provision, "hours")}
        lines.append(_line(asked, said, "rsc_about_provision"))
    providers = [code_words(code) for code in asked.rsc_providers]
    if providers:
        said = _("The provider is one of these: %(list)s.") % {"list": _or(providers)}
        lines.append(_line(asked, said, "rsc_providers"))
    note = ""
    if "vetted" in asked.rsc_providers and asked.rsc_vetted_until:
        note = _("Hours with a vetted provider count until %(day)s.") % {"day": code_words(asked.rsc_vetted_until)}
    return Asked("supervision", heading, tuple(lines), note)


def _leadership(asked: Requirements) -> Asked:
    said = _("%(years)s of leading practice in your community, region or state.")
    said %= {"years": measured(asked.leadership_years, "years")}
    return Asked("leadership", _("Leadership"), (_line(asked, said, "leadership_years"),))


def _references(asked: Requirements) -> Asked:
    n = asked.references_count
    said = ngettext("%(n)s person who knows your work:", "%(n)s people who know your work:", n)
    lines = [_line(asked, said % {"n": n}, "references_count")]
    if set(asked.reference_roles) == {"any"}:
        said = _("%(n)s people who know your work. Who they should be is not settled yet.") % {"n": n}
        lines = [_line(asked, said, "references_count", "reference_roles")]
    else:
        lines += [_line(asked, code_words(role), "reference_roles") for role in asked.reference_roles]
    endorsed = asked.references_min_endorsed
    note = ngettext("At least %(n)s of them is endorsed.", "At least %(n)s of them are endorsed.", endorsed)
    return Asked("references", _("References"), tuple(lines), note % {"n": endorsed} if endorsed else "")


def _exam(asked: Requirements) -> Asked:
    said = _("Yes: an exam in two parts, taken online, after your review.") if asked.exam else _("No exam.")
    return Asked("exam", _("Exam"), (_line(asked, said, "exam"),))


def _line(asked: Requirements, text: str, *names: str) -> Line:
    """A sentence that rests on these attributes of the requirements."""
    return Line(text, to_be_confirmed=not asked.unconfirmed.isdisjoint(names))


def _or(words: list[str]) -> str:
    """A list that offers a choice: "a, b or c"."""
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s or %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}
