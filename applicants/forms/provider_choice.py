"""Choosing a provider for hours received: from a short list, or by name where the directory is long.

A list of thousands helps nobody and weighs a page down. Where there are many, the name is typed; saving looks it up, and
where it isn't clear who is meant, the few who could be are shown to choose from. No script is needed for any of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applicants.models import Provider

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django import forms

    from applicants.querysets import ProviderQuerySet

# So many are a list that one reads.
MOST_IN_A_LIST = 40
MOST_ALIKE = 12
NOBODY = gettext_lazy("Somebody who is not in this list")


def offer_providers(form: forms.ModelForm) -> None:
    """Everybody who is listed may be chosen; the page shows all of them only where they are few."""
    provider: Any = form.fields["provider"]
    entry = form.instance
    provider.queryset = Provider.objects.filter(Q(listed=True) | Q(pk=entry.provider_id)).order_by("name", "pk")
    provider.empty_label = NOBODY
    first = list(provider.queryset.values_list("pk", "name")[: MOST_IN_A_LIST + 1])
    link = format_html('<a href="{}">{}</a>', reverse("applicants:provider_list"), _("Look through the directory"))
    provider.help_text = link
    provider.is_long = len(first) > MOST_IN_A_LIST
    if not provider.is_long:
        provider.choices = [("", NOBODY), *first]
        return
    provider.choices = lambda: [("", NOBODY), *_near(form, provider.queryset)]
    provider.help_text = format_html(
        "{} {}", _("Type their name below and save: whom we find then stands here to be chosen."), link
    )
    form.fields["provider_name"].help_text = _("We look the name up in the directory when you save.")


def _near(form: forms.ModelForm, rows: ProviderQuerySet) -> Iterable[tuple[int, str]]:
    """Who was chosen, whom this person has named before, and who is called as was typed."""
    chosen, said = str(form["provider"].value() or ""), str(form["provider_name"].value() or "")
    wanted = Q(supervision__person=form.instance.person_id, supervision__removed_at=None)
    if chosen.isascii() and chosen.isdigit() and len(chosen) < 18:
        wanted |= Q(pk=int(chosen))
    known = rows.filter(pk__in=rows.filter(wanted).values("pk")).values_list("pk", "name")[:MOST_IN_A_LIST]
    return dict([*known, *_alike(rows, said)]).items()


def _alike(rows: ProviderQuerySet, said: str) -> list[tuple[int, str]]:
    """Those in whose name each word is."""
    words = said.replace("\x00", "").split()[:6]
    for word in words:
        rows = rows.filter(name__icontains=word)
    return list(rows.values_list("pk", "name")[:MOST_ALIKE]) if words else []


def look_up_provider(form: forms.ModelForm, data: dict[str, Any]) -> None:
    """Where only a name was typed and the list is long: the provider of this very name, or a question who is meant.

    An address or a standing says that it is somebody else.
    """
    provider: Any = form.fields["provider"]
    name, rows = data.get("provider_name") or "", provider.queryset
    if data.get("provider") or data.get("provider_email") or not name or not provider.is_long or data.get("peer"):
        return
    same = list(rows.filter(name__iexact=" ".join(name.split()))[:2])
    if len(same) == 1:
        data["provider"] = same[0]
    elif not data.get("provider_standing") and _alike(rows, name):
        form.add_error(
            "provider",
            _("Please choose whom you mean. If it is somebody else, say below what they were qualified as."),
        )
