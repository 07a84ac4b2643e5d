"""The reviewer's pages: what is asked of me, one review, its scores, and the simple verbs."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from endorsement_portal.gates import requires_role
from endorsement_portal.lifecycle import AvailableVerb, Refused, advance
from endorsement_portal.models import Role, User
from reviews.conflicts import in_words, reasons_against
from reviews.dossier import dossier_of
from reviews.forms import NoteForm, OverallForm
from reviews.models import Mark, Review, ReviewStatus, Score
from reviews.scoring import Sheet, ends_with_exam, save_draft, sheet_for
from reviews.transitions import REVIEW, unscored_areas

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

PER_PAGE = 50
S = ReviewStatus


@requires_role(Role.REVIEWER)
def review_list(request: HttpRequest) -> HttpResponse:
    """Everything asked of this reviewer: open first, then what is behind them, newest first."""
    reviews = Review.objects.own(_user(request)).with_names().in_working_order()
    page = Paginator(reviews, PER_PAGE).get_page(request.GET.get("page"))
    groups = [(title, list(rows)) for title, rows in groupby(page.object_list, key=_heading)]
    return render(request, "reviews/review_list.html", {"page_obj": page, "groups": groups})


def _heading(review: Review) -> str:
    """Under which heading of the list a review stands; these follow its working order."""
    if review.is_overdue:
        return _("Overdue")
    if review.is_invited:
        return _("Waiting for your answer")
    if review.is_open:
        return _("Yours to review")
    return _("Filed") if review.is_filed else _("Not reviewed by you")


@requires_role(Role.REVIEWER)
def review_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The invitation, and once it is accepted the submission to read. A conflict of interest closes the dossier."""
    user = _user(request)
    review = _own(user, pk)
    conflict = _conflict(review) if review.is_open else ""
    has_access = review.status in (S.ACCEPTED, S.IN_PROGRESS, S.FILED) and review.application.status in (
        "in_review",
        "reviewed",
    )
    context = {
        "review": review,
        "application": review.application,
        "conflict": conflict,
        "verbs": _verbs(review, user, conflict=conflict),
        "dossier": dossier_of(review.snapshot, review.application) if has_access and not conflict else None,
        "employer": review.snapshot.data.get("profile", {}).get("employer", ""),
    }
    return render(request, "reviews/review_detail.html", context)


@requires_role(Role.REVIEWER)
def review_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The scores: save as often as one likes, file when every area has its mark."""
    user = _user(request)
    review = _own(user, pk)
    if review.status != S.IN_PROGRESS:
        return redirect("reviews:review_detail", pk=pk)
    dossier = dossier_of(review.snapshot, review.application)
    # What is saved is read only where it is shown; a form that was sent brings everything with it.
    scores: list[Score] = [] if request.method == "POST" else list(review.scores.all())
    sheet = sheet_for(review.application.category.areas(), dossier, scores)
    version = _version(request, review)
    form = OverallForm(request.POST or None, instance=review, has_exam=ends_with_exam(review.application.category))
    if request.method == "POST":
        sheet.read(request.POST)
        if form.is_valid() and sheet.is_valid:
            answer, version = _save(request, review, sheet, form, version=version)
            if answer:
                return answer
        else:
            messages.error(
                request, _("Not saved yet: something needs another look. Everything you typed is still here.")
            )
    else:
        conflict = _conflict(review)
        if conflict:
            return redirect("reviews:review_detail", pk=pk)
    context = {
        "review": review,
        "application": review.application,
        "sheet": sheet,
        "form": form,
        "version": version,
        "marks": Mark.choices,
    }
    return render(request, "reviews/review_edit.html", context)


def _save(
    request: HttpRequest, review: Review, sheet: Sheet, form: OverallForm, *, version: int
) -> tuple[HttpResponse | None, int]:
    """Save and answer; where another window was quicker, no answer but the version that the next save replaces."""
    action = request.POST.get("action", "save")
    added = sheet.mark_evidenced() if action == "mark_evidenced" else 0
    try:
        save_draft(review, sheet, form.cleaned_data, version=version, by=_user(request))
    except Refused as no:
        messages.error(request, no.message)
        return None, Review.objects.values_list("version", flat=True).get(pk=review.pk)
    if action == "file":
        return redirect("reviews:review_confirm", pk=review.pk, verb="file"), version
    if action == "mark_evidenced":
        messages.success(
            request, _("Saved. Areas marked as met: %(count)s. Please look at the others.") % {"count": added}
        )
    else:
        messages.success(
            request,
            _("Saved. %(done)s of %(all)s areas have a mark.") % {"done": sheet.marked, "all": len(sheet.rows)},
        )
    return redirect("reviews:review_edit", pk=review.pk), version


@login_required
def review_confirm(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One verb, asked once more with what it means, then done. For the reviewer, and for the coordinator to take back."""
    user = _user(request)
    reviews = Review.objects.visible_to(user).select_related("reviewer", "snapshot", "application__category__track")
    review = get_object_or_404(reviews, pk=pk)
    transition = REVIEW.table.get(verb)
    if transition is None or transition.permission is None or not user.has_perm(transition.permission, review):
        raise Http404
    own = review.belongs_to(user)
    back = reverse("reviews:review_detail", args=[pk]) if own else _assignment_url(review)
    takes_note = transition.needs_note or verb == "declare_conflict"
    label, hint = _note_words(verb)
    form = (
        NoteForm(request.POST or None, needed=transition.needs_note, label=label, help_text=hint)
        if takes_note
        else None
    )
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            advance(review, verb, by=user, note=form.cleaned_data["note"] if form else "")
        except Refused as no:
            messages.error(request, no.message)
        else:
            messages.success(request, _thanks(verb))
            if verb == "start":
                return redirect("reviews:review_edit", pk=pk)
        return redirect(back)
    context = {
        "review": review,
        "verb": verb,
        "transition": transition,
        "form": form,
        "back": back,
        "possible": review.status in transition.sources,
        "missing": _missing(review) if verb == "file" else [],
    }
    return render(request, "reviews/review_confirm.html", context)


def _missing(review: Review) -> list[str]:
    """What filing still needs, by name."""
    missing = unscored_areas(review)
    if not review.recommendation:
        missing.append(_("Your recommendation"))
    if not review.strengths.strip():
        missing.append(_("At least one strength"))
    return missing


def _note_words(verb: str) -> tuple[str, str]:
    return {
        "decline": (_("Why you can’t"), _("A few words for the coordinator. The applicant never reads them.")),
        "declare_conflict": (_("What the conflict is, if you like to say"), _("Only the coordinator reads it.")),
        "withdraw": (_("Why it is taken back"), _("Kept in the log. Neither the reviewer nor the applicant reads it.")),
    }.get(verb, (_("Note"), ""))


def _thanks(verb: str) -> str:
    return {
        "accept": _("Thank you. The submission is yours to read now."),
        "start": _("Here are the areas to score. Save as often as you like."),
        "file": _("Your review is filed. Thank you for your time and care."),
        "reopen": _("Your review is open again. File it once more when you are done."),
        "decline": _("Thank you for telling us. We will ask somebody else."),
        "declare_conflict": _("Thank you for telling us. Somebody else will review it."),
        "withdraw": _("The review is taken back, and the reviewer has been told."),
    }.get(verb, _("Done."))


def _verbs(review: Review, user: User, *, conflict: str) -> list[AvailableVerb]:
    """The reviewer's verbs from here, without asking the guards again: the page has asked about conflicts already."""
    blocked = {"accept", "start", "file", "reopen"} if conflict else set()
    if review.application.status not in ("in_review", "reviewed"):
        blocked = {"accept", "start", "file", "reopen"}
    return [
        AvailableVerb(verb=verb, label=t.label, tone=t.tone, needs_note=t.needs_note)
        for verb, t in REVIEW.table.items()
        if review.status in t.sources
        and verb not in blocked | {"withdraw"}
        and t.permission is not None
        and user.has_perm(t.permission, review)
    ]


def _own(user: User, pk: int) -> Review:
    reviews = Review.objects.own(user).select_related(
        "snapshot", "application__person", "application__category__track", "reviewer"
    )
    review: Review = get_object_or_404(reviews, pk=pk)
    return review


def _conflict(review: Review) -> str:
    return in_words(reasons_against(review.application, [review.reviewer_id]).get(review.reviewer_id, []))


def _version(request: HttpRequest, review: Review) -> int:
    sent = request.POST.get("version", "")
    return int(sent) if sent.isdecimal() and len(sent) < 10 else review.version


def _assignment_url(review: Review) -> str:
    return reverse("reviews:assignment_create", args=[review.application_id])


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)
