"""Where an application stands, said to a person: the parts and how far they are, the next step, who waits for whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from applicants.models import KINDS, ApplicationStatus, FeeState
from applicants.progress import entry_url, measure_of
from applicants.sections import SECTIONS

if TYPE_CHECKING:
    from applicants.models import Application
    from applicants.portfolio import Check
    from applicants.readiness import Readiness

S = ApplicationStatus
# The path from opening to the certificate, as an applicant sees it: (statuses, words).
STAGES: list[tuple[set[str], Any]] = [
    ({S.DRAFT, S.ON_HOLD, S.RETURNED}, lambda: _("Portfolio")),
    ({S.SUBMITTED}, lambda: _("Completeness check")),
    ({S.READY, S.IN_REVIEW}, lambda: _("Review")),
    ({S.REVIEWED, S.EXAM_APPROVED, S.DEFERRED, S.NOT_ENDORSED}, lambda: _("Decision")),
    ({S.ENDORSED}, lambda: _("Certificate")),
]


@dataclass(frozen=True)
class NextStep:
    """One thing to do now, and who everyone is waiting for."""

    title: str
    text: str
    url: str
    action: str
    waiting: list[dict[str, str]]
    tone: str = ""


# Where a part of the portfolio is worked on that belongs to the person, and where one that belongs to an application.
OWN_PAGES = {"profile": "applicants:profile_edit", "areas": "applicants:evidence_list"}
APPLICATIONS_PAGES = {
    "references": "applicants:reference_list",
    "sign": "applicants:application_sign",
    "fee": "payments:fee_detail",
}


def page_of(check: Check, application: Application | None = None) -> str:
    """Where the next thing about a requirement is done; "" where that takes an application and there is none."""
    kind, _colon, pk = check.at.partition(":")
    if kind == "supervision":
        return reverse("applicants:supervision_detail", args=[pk])
    if check.at:
        return entry_url(check.at)
    if check.section in KINDS:
        return reverse("applicants:evidence_create", args=[check.section])
    if check.section in OWN_PAGES:
        return reverse(OWN_PAGES[check.section])
    return reverse(APPLICATIONS_PAGES[check.section], args=[application.pk]) if application else ""


def tasks(application: Application, ready: Readiness) -> list[dict[str, Any]]:
    """Every requirement as a row of the task list, with how far it is and where to go."""
    rows = []
    for check in ready.checks:
        if not is_open(application, check):
            status, tone = (_("Closed, as submitted"), "neutral") if check.met else (_("Closed"), "attention")
        elif check.met:
            status, tone = _("Done"), "done"
        elif check.blocking and check.waits:
            status, tone = _("On its way"), "waiting"
        elif check.blocking:
            status, tone = _("To do"), "attention" if application.status == S.RETURNED else "info"
        else:
            status, tone = _("Worth a look"), "neutral"
        hint = check.sentence or measure_of(check)
        if check.to_confirm:
            hint = " ".join(
                filter(None, [hint and f"{hint.rstrip('.')}.", _("The association has still to confirm this figure.")])
            )
        rows.append(
            {
                "title": check.title,
                "hint": hint,
                "status": status,
                "tone": tone,
                "url": page_of(check, application) if is_open(application, check) else "",
            }
        )
    return rows


def is_open(application: Application, check: Check) -> bool:
    """Whether the part is open in which this requirement is worked on; what is no part of its own always is."""
    return check.section not in SECTIONS or application.takes(check.section)


def steps(application: Application) -> list[dict[str, str]]:
    """The stages with the present one marked."""
    place = next((i for i, (statuses, _w) in enumerate(STAGES) if application.status in statuses), 0)
    return [
        {
            "label": words(),
            "state": "done" if i < place or application.is_endorsed else "current" if i == place else "todo",
        }
        for i, (_statuses, words) in enumerate(STAGES)
    ]


def next_step(application: Application, ready: Readiness | None, *, credential: int | None = None) -> NextStep:
    """What the applicant does next, or whom they wait for. `credential` is the id of what they were given, if so far."""
    url = reverse("applicants:application_detail", args=[application.pk])
    if application.is_endorsed:
        return _endorsed(application, url, credential)
    if application.is_editable and ready is not None:
        return _while_editing(application, ready)
    texts = {
        S.ON_HOLD: (
            _("Your application is on hold"),
            _("Resume it whenever you are ready: everything is kept."),
            _("You"),
        ),
        S.SUBMITTED: (
            _("Your application is with the coordinator"),
            _("They check that everything is there. You don’t need to do anything."),
            _("The coordinator"),
        ),
        S.READY: (
            _("Everything is there"),
            _("The coordinator now finds reviewers for your application."),
            _("The coordinator"),
        ),
        S.IN_REVIEW: (
            _("Reviewers are reading your application"),
            _("Most reviews take up to six weeks. We will write to you if there is a question."),
            _("The reviewers"),
        ),
        S.REVIEWED: (
            _("The reviews are in"),
            _("The coordinator looks at them and decides soon."),
            _("The coordinator"),
        ),
        S.EXAM_APPROVED: (
            _("You may sit the exam"),
            _("The letter in your inbox says how to register with the Alliance. The approval lasts a year."),
            _("You, and then the Alliance"),
        ),
        S.DEFERRED: (
            _("Not yet: there is a plan"),
            _("The letter in your inbox says what is still missing and how to show it. You can continue at any time."),
            _("You"),
        ),
    }
    title, text, who = texts.get(
        S(application.status), (str(S(application.status).for_applicant), _("This application is closed."), "")
    )
    waiting = [{"who": who, "what": _("has the next move")}] if who else []
    return NextStep(title, text, url, _("See the application"), waiting, "calm")


def _endorsed(application: Application, url: str, credential: int | None) -> NextStep:
    title = _("Congratulations, you are endorsed")
    if credential is not None:
        text = _("Your certificate is ready: it is among your credentials, to print or to share.")
        return NextStep(
            title, text, reverse("credentials:credential_detail", args=[credential]), _("See my credential"), [], "calm"
        )
    if application.fee_state == FeeState.SETTLED:
        text = _("Your certificate is being made. It comes by mail and in your inbox within minutes.")
    else:
        text = _("Your certificate is made as soon as the fee is settled, and comes by mail and in your inbox.")
    return NextStep(title, text, url, _("See the application"), [], "calm")


def _with_others(application: Application, ready: Readiness) -> tuple[str, str, str, str]:
    """Who has the next move: title, text, where to look, and the words on the button."""
    waits = [check for check in ready.blocking if check.waits]
    if any(check.section == "references" for check in waits):
        return (
            _("Now your references are working on it"),
            _("You have done your part. We remind them kindly after 7, 14 and 21 days."),
            reverse("applicants:reference_list", args=[application.pk]),
            _("See the references"),
        )
    return (
        _("Now your provider looks at your hours"),
        _("You have done your part. We remind them kindly after 7 and 14 days."),
        reverse("applicants:application_requirements", args=[application.pk]) + f"#{waits[0].key}",
        _("See the hours"),
    )


def _while_editing(application: Application, ready: Readiness) -> NextStep:
    waiting = [{"who": name, "what": _("has your reference request")} for name in ready.raters]
    if ready.is_ready and application.status == S.RETURNED:
        return NextStep(
            _("When the changes are made, send it again"),
            _("Look at the coordinator’s note and read your application through once more."),
            reverse("applicants:application_submit", args=[application.pk]),
            _("Review and submit"),
            waiting,
        )
    if ready.is_ready:
        return NextStep(
            _("Everything is there: you can submit"),
            _("Read it through once more, then send it. You can’t change it while it is being reviewed."),
            reverse("applicants:application_submit", args=[application.pk]),
            _("Review and submit"),
            waiting,
        )
    mine = [check for check in ready.blocking if not check.waits]
    if not mine:
        return NextStep(
            *_with_others(application, ready),
            waiting,
            "calm",
        )
    first = mine[0]
    if not is_open(application, first):
        return NextStep(
            str(first.title),
            _("%(what)s This part is closed now: write to the coordinator, who can open it.")
            % {"what": first.sentence},
            reverse("applicants:comment_list", args=[application.pk, "applicant"]),
            _("Write to the coordinator"),
            waiting,
            "attention",
        )
    return NextStep(
        str(first.title),
        f"{first.sentence} {first.next}",
        page_of(first, application),
        _("Do this now"),
        waiting,
        "attention" if application.status == S.RETURNED else "",
    )
