"""Does the portfolio meet the requirements? Pure functions over plain facts: no query, no clock of its own.

`check(requirements, portfolio, today)` answers for every requirement of the pinned edition: met or not, how far, from
which entries, why not in one plain sentence, the one next thing to do, whether the figure is still to be confirmed by
the association, and whether it blocks submitting. A figure that is not confirmed informs but never blocks.
`coverage(areas, portfolio)` says which entries show each competency area. Source of the figures: the edition itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from applicants.answers import answer
from applicants.counting import can_fill, unfilled
from applicants.eligible_giving import giving_and_leading
from applicants.eligible_hours import supervision, training
from applicants.eligible_work import education_and_work, qualifying_degrees
from applicants.portfolio import Check, LeftOut, Portfolio, ReferenceGiven

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.utils.functional import _StrPromise as StrPromise

    from competencies.editions import Requirements

ENDORSED = "endorsed_or_vetted"
# Which of the roles that a rater can have fill a place that the framework names.
ROLES_OF_PLACE = {
    "current_supervisor": frozenset({"current_supervisor"}),
    "rsc_provider": frozenset({"rsc_provider"}),
    "rsc_supervisee": frozenset({"rsc_supervisee"}),
    ENDORSED: frozenset({ENDORSED}),
    "supervisor_or_colleague": frozenset({"current_supervisor", "teacher", "colleague", ENDORSED}),
    "supervisor": frozenset({"current_supervisor"}),
    "colleague": frozenset({"colleague"}),
    "recipient": frozenset({"recipient"}),
    "teacher": frozenset({"teacher"}),
    "trainer": frozenset({"teacher"}),
    "consultant": frozenset({"teacher", "rsc_provider"}),
    "supervisee": frozenset({"rsc_supervisee"}),
    "cda_mentor": frozenset({"teacher", "other"}),
    "board_member": frozenset({"other"}),
}
ANYBODY = frozenset(role for roles in ROLES_OF_PLACE.values() for role in roles)
PLACE_WORDS = {
    "current_supervisor": gettext_lazy("your current supervisor"),
    "rsc_provider": gettext_lazy("your provider of reflective supervision"),
    "rsc_supervisee": gettext_lazy("someone who receives reflective supervision from you"),
    ENDORSED: gettext_lazy("someone who is endorsed, or vetted by the association"),
    "supervisor_or_colleague": gettext_lazy("a supervisor, teacher or colleague"),
    "any_listed": gettext_lazy("one more person who knows your work"),
    "any": gettext_lazy("one more person who knows your work"),
}


def check(requirements: Requirements, portfolio: Portfolio, today: date) -> list[Check]:
    """Every requirement of the category or add-on, in the order a person works through them."""
    return [
        _plain(
            "profile",
            gettext_lazy("Your profile"),
            portfolio.has_profile,
            _("Your profile carries the name on your certificate."),
            _("Fill in your profile."),
            "profile",
        ),
        *_membership(requirements, portfolio, today),
        *education_and_work(requirements, portfolio, today),
        *giving_and_leading(requirements, portfolio, today),
        *_documents(requirements, portfolio),
        *training(requirements, portfolio),
        *supervision(requirements, portfolio),
        *_areas(portfolio),
        *references(requirements, portfolio, today),
        *_signatures(requirements, portfolio),
        _fee(portfolio),
    ]


def _plain(key: str, title: StrPromise, met: bool, sentence: str, step: str, section: str) -> Check:
    """A yes or no that rests on no figure."""
    return Check(key, title, met, "" if met else sentence, section, next="" if met else step)


def _membership(requirements: Requirements, portfolio: Portfolio, today: date) -> list[Check]:
    if not requirements.membership:
        return []
    until = portfolio.member_until
    sentence = _("An endorsement needs an individual membership.")
    if until and until < today:
        sentence = _("Your membership has run out.")
    check = answer(
        requirements,
        "membership",
        gettext_lazy("Membership"),
        figures=("membership",),
        met=until is not None and until >= today,
        sentence=sentence,
        next=_("Say in your profile until when you are a member."),
        section="profile",
    )
    return [check]


def _documents(requirements: Requirements, portfolio: Portfolio) -> list[Check]:
    """Proof of the degree that opens the door. Asked for since public pages suggest it; never blocks."""
    degrees = qualifying_degrees(requirements, portfolio)
    if not degrees or not (requirements.needs_education or requirements.education_or_work):
        return []
    with_proof = [degree.entry for degree in degrees if degree.has_proof]
    check = Check(
        "documents",
        gettext_lazy("Proof of your degree"),
        bool(with_proof),
        "" if with_proof else _("The degree or license that counts has no transcript or copy attached."),
        "education",
        blocking=False,
        to_confirm=True,
        next="" if with_proof else _("Attach a transcript, or a photo of the diploma or license."),
        entries=tuple(with_proof[:1]),
    )
    return [check]


# --- Competency areas --------------------------------------------------------------------------------------------


def coverage(portfolio: Portfolio) -> dict[str, dict[str, tuple[str, ...]]]:
    """For each area of the category, which entries show it by kind of evidence: {area: {kind: (entry, …)}}.

    Areas keep the framework's order; an area that nothing shows has no kinds.
    """
    found: dict[str, dict[str, tuple[str, ...]]] = {area: {} for area in portfolio.areas}
    for shown in portfolio.shown:
        for area in dict.fromkeys(shown.areas):
            if area in found:
                kinds = found[area]
                kinds[shown.kind] = (*kinds.get(shown.kind, ()), shown.entry)
    return found


def _areas(portfolio: Portfolio) -> list[Check]:
    """Completeness of the areas warns and never blocks: reviewers judge what is enough."""
    if not portfolio.areas:
        return []
    shown = {area for row in portfolio.shown for area in row.areas}
    missing = [area for area in portfolio.areas if area not in shown]
    sentence = ngettext(
        "%(count)s area has no evidence yet. Areas shown by references fill in later.",
        "%(count)s areas have no evidence yet. Areas shown by references fill in later.",
        len(missing),
    ) % {"count": len(missing)}
    check = Check(
        "areas",
        gettext_lazy("Competency areas"),
        not missing,
        sentence if missing else "",
        "areas",
        blocking=False,
        have=len(portfolio.areas) - len(missing),
        need=len(portfolio.areas),
        unit="areas",
        next=_("Tick in an entry the areas that it shows.") if missing else "",
    )
    return [check]


# --- References --------------------------------------------------------------------------------------------------


def months_later(day: date, months: int) -> date:
    """The same day some months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for back in range(4):
        try:
            return day.replace(year=year, month=month + 1, day=day.day - back)
        except ValueError:
            continue
    raise AssertionError(day)


def is_valid(reference: ReferenceGiven, requirements: Requirements, today: date) -> bool:
    """Whether a completed reference still counts on that day."""
    if reference.status != "completed" or reference.completed_on is None:
        return False
    months = requirements.references_valid_months
    return not months or today <= months_later(reference.completed_on, months)


def places_of(requirements: Requirements) -> list[tuple[str, frozenset[str]]]:
    """The places that the category's references fill, each with the roles that fit."""
    listed = frozenset(role for name in requirements.reference_any_listed for role in ROLES_OF_PLACE.get(name, ()))
    # Who knows the person's work as a provider or holds an endorsement is always welcome in the open place.
    open_place = listed | {"rsc_provider", ENDORSED, "current_supervisor"} if listed else ANYBODY
    wide = {"any": ANYBODY, "any_listed": open_place}
    return [(name, wide.get(name) or ROLES_OF_PLACE.get(name, ANYBODY)) for name in requirements.reference_roles]


def _words_of(reference: ReferenceGiven) -> frozenset[str]:
    """The roles that a rater fills for certain: endorsed is who says so in the reference, or was vetted."""
    if reference.endorsed:
        return frozenset({reference.role, ENDORSED})
    return frozenset({"other" if reference.role == ENDORSED else reference.role})


def hoped_roles(reference: ReferenceGiven) -> frozenset[str]:
    """The same, where somebody named as endorsed and still out may say so."""
    return _words_of(reference) | {reference.role} if reference.is_out else _words_of(reference)


def references(requirements: Requirements, portfolio: Portfolio, today: date) -> list[Check]:
    """How many, from whom, and that one rater is endorsed."""
    valid = [row for row in portfolio.references if is_valid(row, requirements, today)]
    out = [row for row in portfolio.references if row.is_out]
    checks = [_how_many(requirements, portfolio, valid, out)]
    if requirements.reference_roles:
        checks.append(_from_whom(requirements, valid, out))
    if requirements.references_min_endorsed:
        checks.append(_one_endorsed(requirements, valid, out))
    return checks


def _how_many(
    requirements: Requirements, portfolio: Portfolio, valid: list[ReferenceGiven], out: list[ReferenceGiven]
) -> Check:
    need, have = requirements.references_count, len(valid)
    words = {"have": have, "need": need}
    sentence = _("%(have)s of %(need)s references are complete.")
    step = _("Invite the people who know your work.")
    if have + len(out) >= need:
        sentence = _("%(have)s of %(need)s references are complete; the others are on their way.")
        step = _("Wait for your raters, or remind them.")
    past = _("It was completed too long ago to count: ask for a new one.")
    counted = {row.entry for row in valid}
    return answer(
        requirements,
        "references",
        gettext_lazy("References"),
        figures=("references_count",),
        met=have >= need,
        sentence=sentence % words,
        next=step,
        section="references",
        waits=have < need <= have + len(out),
        have=have,
        need=need,
        unit="references",
        entries=tuple(row.entry for row in valid),
        left_out=tuple(
            LeftOut(row.entry, past)
            for row in portfolio.references
            if row.status == "completed" and row.entry not in counted
        ),
    )


def _from_whom(requirements: Requirements, valid: list[ReferenceGiven], out: list[ReferenceGiven]) -> Check:
    """Each place filled by another rater: the best arrangement counts."""
    places = places_of(requirements)
    wanted = [roles for _name, roles in places]
    have, need = can_fill(wanted, [_words_of(row) for row in valid]), len(places)
    missing = [places[n][0] for n in unfilled(wanted, [_words_of(row) for row in valid])]
    soon = [places[n][0] for n in unfilled(wanted, [*map(_words_of, valid), *map(hoped_roles, out)])]
    people = [str(PLACE_WORDS.get(name, name)) for name in (soon or missing)]
    words = {"who": people[0] if people else ""}
    return answer(
        requirements,
        "reference_roles",
        gettext_lazy("References from the right people"),
        figures=("reference_roles",),
        met=have >= need,
        sentence=_("Still missing: a reference from %(who)s.") % words
        if soon
        else _("The reference from %(who)s is on its way.") % words,
        next=_("Invite %(who)s.") % words if soon else _("Wait for your raters, or remind them."),
        section="references",
        waits=have < need and not soon,
        have=have,
        need=need,
        unit="references",
        entries=tuple(row.entry for row in valid),
    )


def _one_endorsed(requirements: Requirements, valid: list[ReferenceGiven], out: list[ReferenceGiven]) -> Check:
    need = requirements.references_min_endorsed
    found = [row.entry for row in valid if ENDORSED in _words_of(row)]
    sentence = _("At least one of the people who answer has to be endorsed, or vetted by the association.")
    step = _("Invite somebody who is endorsed. The registry shows who is.")
    if any(row.role == ENDORSED and not row.endorsed for row in out):
        sentence = _("The rater whom you named as endorsed has still to confirm it.")
        step = _("Wait for their answer: the form asks them.")
    elif out:
        step = _("Wait: your raters tell us, and the coordinator can vet one by phone.")
    return answer(
        requirements,
        "endorsed_rater",
        gettext_lazy("A rater who is endorsed"),
        figures=("references_min_endorsed",),
        met=len(found) >= need,
        sentence=sentence,
        next=step,
        section="references",
        waits=len(found) < need and bool(out),
        have=len(found),
        need=need,
        unit="references",
        entries=tuple(found),
    )


# --- Signatures and the fee --------------------------------------------------------------------------------------


def _signatures(requirements: Requirements, portfolio: Portfolio) -> Iterable[Check]:
    ask, step = _("It has to be read and signed."), _("Read it and sign it.")
    ethics, agreement = "ethics" in portfolio.signed, "agreement" in portfolio.signed
    if requirements.code_of_ethics:
        yield _plain("ethics", gettext_lazy("Code of Ethics"), ethics, ask, step, "sign")
    if requirements.endorsement_agreement:
        yield _plain("agreement", gettext_lazy("Endorsement Agreement"), agreement, ask, step, "sign")


def _fee(portfolio: Portfolio) -> Check:
    met = portfolio.fee_state in {"promised", "settled"}
    title, sentence = gettext_lazy("The fee"), _("Nobody has said yet how the fee is paid.")
    return _plain("fee", title, met, sentence, _("Choose how the fee is paid, or ask for a scholarship."), "fee")
