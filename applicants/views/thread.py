"""Comments by audience."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applicants.forms.threads import CommentForm
from applicants.models import Application, Audience, Comment
from applicants.sharing import shares_of
from applicants.threads import audiences_of, write
from endorsement_portal.gates import signed_in

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import _StrPromise as StrPromise

# The button says who reads it: (as the applicant reads it, as others do).
SEND: dict[str, tuple[StrPromise, StrPromise]] = {
    Audience.APPLICANT: (gettext_lazy("Send to the staff"), gettext_lazy("Send to the applicant")),
    Audience.STAFF: (gettext_lazy("Keep for staff only"), gettext_lazy("Keep for staff only")),
    Audience.ADVISOR: (
        gettext_lazy("Send to those I share with"),
        gettext_lazy("Send to the applicant and their advisors"),
    ),
}
NAMES: dict[str, tuple[StrPromise, StrPromise]] = {
    Audience.APPLICANT: (gettext_lazy("With the staff"), gettext_lazy("With the applicant")),
    Audience.STAFF: (gettext_lazy("Staff only"), gettext_lazy("Staff only")),
    Audience.ADVISOR: (gettext_lazy("With those I share with"), gettext_lazy("As their advisor")),
}
READERS: dict[str, StrPromise] = {
    Audience.APPLICANT: gettext_lazy("The applicant and the association’s staff read this. Reviewers don’t."),
    Audience.STAFF: gettext_lazy("Only the association’s staff read this. The applicant never does."),
    Audience.ADVISOR: gettext_lazy(
        "The applicant and those they share with read this. The staff and the reviewers don’t."
    ),
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
        "shares": shares_of(application) if own and audience == Audience.ADVISOR else [],
    }
    return render(request, "applicants/comment_list.html", context)
