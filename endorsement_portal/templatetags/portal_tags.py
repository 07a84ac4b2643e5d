"""Small things templates say: money, days, tones, and what needs another look in a form."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from django import template
from django.contrib.messages import constants
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.forms.formsets import BaseFormSet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from endorsement_portal.renderers import PortalBoundField

register = template.Library()

TONES = {
    constants.DEFAULT_TAGS[constants.DEBUG]: "neutral",
    constants.DEFAULT_TAGS[constants.INFO]: "info",
    constants.DEFAULT_TAGS[constants.SUCCESS]: "good",
    constants.DEFAULT_TAGS[constants.WARNING]: "waiting",
    constants.DEFAULT_TAGS[constants.ERROR]: "attention",
}


class FormProblem(NamedTuple):
    """One line of an error summary: the question, what is wrong, and the id of the control to mend it at."""

    message: str
    label: str = ""
    anchor: str = ""


@register.filter
def dollars(cents: int | str | None) -> str:
    """Cents as people write money: 7500 is "$75.00". Nothing stays nothing."""
    if cents is None or cents == "":
        return ""
    sign = "−" if int(cents) < 0 else ""
    whole, part = divmod(abs(int(cents)), 100)
    return f"{sign}${whole:,}.{part:02d}"


@register.filter
def day(value: date | datetime | None) -> str:
    """A day in words, in the reader's own time zone."""
    if not value:
        return ""
    return date_format(_local(value), "DATE_FORMAT")


@register.filter
def moment(value: datetime | None) -> str:
    """A day and the time of day, in the reader's own time zone."""
    if not value:
        return ""
    return date_format(_local(value), "DATETIME_FORMAT")


@register.filter
def message_tone(level_tag: str) -> str:
    """The tone of a notice for the level of one of Django's messages."""
    return TONES.get(level_tag, "info")


@register.filter
def page_numbers(page: Page[Any]) -> list[int | None]:
    """Page numbers to offer, with None where some are left out."""
    shown = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [number if isinstance(number, int) else None for number in shown]


@register.simple_tag
def summarize_errors(form: Any) -> list[FormProblem]:
    """Every problem of a form or formset in reading order. The form then leaves its own top errors out."""
    problems: list[FormProblem] = []
    for one in _forms_of(form):
        vars(one)["summary_shown"] = True
        problems += [FormProblem(str(error)) for error in one.non_field_errors()]
        for field in one:
            label, anchor = ("", "") if field.is_hidden else (str(field.label), _anchor_of(field))
            problems += [FormProblem(str(error), label, anchor) for error in field.errors]
    if isinstance(form, BaseFormSet) and form.is_bound:
        problems = [FormProblem(str(error)) for error in form.non_form_errors()] + problems
    return problems


@register.simple_block_tag
def notice(content: SafeString, tone: str = "info", title: str = "") -> str:
    """A notice with links or lists in it: the same look as components/notice.html."""
    return render_to_string("components/notice.html", {"tone": tone, "title": title, "body": content})


def _forms_of(form: Any) -> Iterable[BaseForm]:
    """The bound forms in what a template handed over, which may be nothing at all."""
    if isinstance(form, BaseFormSet):
        return [one for one in form.forms if one.is_bound]
    return [form] if isinstance(form, BaseForm) and form.is_bound else []


def _anchor_of(field: BoundField) -> str:
    """Where the reader's cursor goes."""
    return field.anchor if isinstance(field, PortalBoundField) else field.id_for_label


def _local(value: date | datetime) -> date | datetime:
    """The same moment on the reader's clock; a plain day has no clock."""
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
