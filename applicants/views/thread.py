"""Comments by audience, and the advisors an applicant shares with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from applicants import emails_threads
from applicants.forms.threads import AdvisorForm, CommentForm
from applicants.models import Application, Audience, Comment, Grant, GrantRole
from applicants.threads import advisors_of, audiences_of, write
from endorsement_portal.gates import signed_in
from endorsement_portal.models import Event, User

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import _StrPromise as StrPromise

# The button says who reads it: (as the applicant reads it, as others do).
SEND: dict[str, tuple[StrPromise, StrPromise]] = {
    Audience.APPLICANT: (gettext_lazy("Send to the staff"), gettext_lazy("Send to the applicant")),
    Audience.STAFF: (gettext_lazy("Keep for staff only"), gettext_lazy("Keep for staff only")),
    Audience.ADVISOR: (gettext_lazy("Send to my advisors"), gettext_lazy("Send to the applicant and advisors")),
}
NAMES: dict[str, tuple[StrPromise, StrPromise]] = {
    Audience.APPLICANT: (gettext_lazy("With the staff"), gettext_lazy("With the applicant")),
    Audience.STAFF: (gettext_lazy("Staff only"), gettext_lazy("Staff only")),
    Audience.ADVISOR: (gettext_lazy("With my advisors"), gettext_lazy("With the applicant")),
}
READERS: dict[str, StrPromise] = {
    Audience.APPLICANT: gettext_lazy("The applicant and the association’s staff read this. Reviewers don’t."),
    Audience.STAFF: gettext_lazy("Only the association’s staff read this. The applicant never does."),
    Audience.ADVISOR: gettext_lazy("The applicant and their advisors read this. The staff and the reviewers don’t."),
}


@login_required
def comment_list(request: HttpRequest, pk: int, audience: str) -> HttpResponse:
    """One thread, oldest first, and a place to answer."""
    user = signed_in(request)
    application = get_object_or_404(Application.objects.visible_to(user).with_names(), pk=pk)
    allowed = audiences_of(application, user)
    if audience not in allowed:
        raise Http404
    form = CommentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        write(application, audience=Audience(audience), body=asked["body"], once=asked["once"], by=user)
        messages.success(request, _("Your comment is sent."))
        return redirect("applicants:comment_list", pk=pk, audience=audience)
    own = application.belongs_to(user)
    rows = Comment.objects.visible_to(user).filter(application=application, audience=audience).select_related("author")
    context = {
        "application": application,
        "own": own,
        "caretaker": audience != Audience.ADVISOR and not own,
        "form": form,
        "events": [{"when": row.written_at, "title": row.author.get_display_name(), "note": row.body} for row in rows],
        "tabs": [{"audience": one.value, "name": NAMES[one][0 if own else 1]} for one in allowed],
        "audience": audience,
        "readers": READERS[audience],
        "send": SEND[audience][0 if own else 1],
        "advisors": advisors_of(application) if own and audience == Audience.ADVISOR else [],
    }
    return render(request, "applicants/comment_list.html", context)


@login_required
def advisor_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom the applicant shares with, and asking somebody new."""
    user = signed_in(request)
    application = get_object_or_404(Application.objects.own(user).with_names(), pk=pk)
    form = AdvisorForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _share(application, form, by=user):
        messages.success(request, _("Shared. We have written to them."))
        return redirect("applicants:advisor_list", pk=pk)
    context = {"application": application, "form": form, "advisors": advisors_of(application)}
    return render(request, "applicants/advisor_list.html", context)


def _share(application: Application, form: AdvisorForm, *, by: User) -> bool:
    """Open the application to an advisor; what keeps it from being done stands by the field."""
    advisor = User.objects.filter(email__iexact=form.cleaned_data["email"], is_active=True).first()
    if advisor is None:
        form.add_error("email", _("Nobody has an account with this address. Please ask them to create one first."))
        return False
    if advisor == by:
        form.add_error("email", _("This is your own address."))
        return False
    if Grant.objects.filter(application=application, user=advisor, role=GrantRole.REVIEWER).exists():
        form.add_error("email", _("This person can’t advise you on this application. Please ask somebody else."))
        return False
    try:
        with transaction.atomic():
            Grant.objects.create(application=application, user=advisor, role=GrantRole.ADVISOR)
            Event.objects.record(application, "share", by=by, details={"advisor": advisor.pk})
            emails_threads.advisor_added(application, advisor)
    except IntegrityError:
        form.add_error("email", _("You share with this person already."))
        return False
    return True


@login_required
@require_POST
def advisor_remove(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """Stop sharing with one advisor; doing it twice does nothing more."""
    user = signed_in(request)
    application = get_object_or_404(Application.objects.own(user), pk=pk)
    with transaction.atomic():
        standing = Grant.objects.filter(
            application=application, user=person, role=GrantRole.ADVISOR, withdrawn_at__isnull=True
        )
        if standing.update(withdrawn_at=timezone.now()):
            Event.objects.record(application, "unshare", by=user, details={"advisor": person})
    messages.success(request, _("You no longer share with them."))
    return redirect("applicants:advisor_list", pk=pk)
