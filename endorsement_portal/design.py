"""The component shelf: every component on one page, in development only."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

AGES = [("prenatal", "Before birth"), ("infant", "Birth to 36 months"), ("early", "3 to 6 years")]
SETTINGS = [
    ("home", "Home visiting"),
    ("early", "Early intervention"),
    ("care", "Child care and Head Start"),
    ("clinic", "Mental health clinic"),
]

PEOPLE = [
    SimpleNamespace(
        name="Marisol Example",
        county="Durham",
        category="Infant Family Specialist",
        status="Being prepared",
        tone="waiting",
        cents=7500,
    ),
    SimpleNamespace(
        name="Bartholomew Placeholder-Montgomery",
        county="Buncombe",
        category="Early Childhood Mental Health Mentor - Research/Faculty",
        status="Needs an answer",
        tone="attention",
        cents=0,
    ),
    SimpleNamespace(
        name="Ngozi Sample",
        county="Onslow",
        category="Infant Family Associate",
        status="Endorsed",
        tone="done",
        cents=125000,
    ),
]


class SampleForm(forms.Form):
    """One of each kind of field."""

    name = forms.CharField(label="Name on the certificate", help_text="As it should be printed and framed.")
    email = forms.EmailField(label="Work e-mail")
    county = forms.ChoiceField(
        label="County where you work most",
        choices=[("", "Choose a county"), ("37063", "Durham"), ("37021", "Buncombe"), ("37133", "Onslow")],
    )
    hours = forms.IntegerField(label="Hours of training", widget=forms.NumberInput(), required=False)
    finished = forms.DateField(label="Day it ended", widget=forms.DateInput(attrs={"type": "date"}))
    code = forms.CharField(
        label="Code from your e-mail", widget=forms.TextInput(attrs={"autocomplete": "one-time-code"})
    )
    age = forms.ChoiceField(
        label="Whom do you work with most?", choices=AGES, widget=forms.RadioSelect, help_text="One is enough."
    )
    settings = forms.MultipleChoiceField(
        label="Where do you meet families?", choices=SETTINGS, widget=forms.CheckboxSelectMultiple, required=False
    )
    about = forms.CharField(label="What did you learn?", widget=forms.Textarea(attrs={"rows": 4}), required=False)
    certificate = forms.FileField(label="Certificate of attendance", help_text="PDF, JPEG or PNG, up to 10 MB.")
    agree = forms.BooleanField(label="I took part from beginning to end", help_text="Breaks do not count.")


class FilterForm(forms.Form):
    """What a list may be narrowed by."""

    words = forms.CharField(label="Name or e-mail", required=True)
    status = forms.ChoiceField(label="Status", choices=[("", "Any"), ("draft", "Being prepared")])
    county = forms.ChoiceField(label="County", choices=[("", "All 100")])


def design(request: HttpRequest) -> HttpResponse:
    """Every component, with made-up content."""
    if "said" in request.GET:
        messages.success(request, "Your evidence is saved.")
        messages.error(request, "The file could not be read. Please send it again.")
    broken = SampleForm(
        {"email": "someone at example", "hours": "12", "about": "How to slow down."}, auto_id="id_broken_%s"
    )
    return render(request, "design/design.html", {**_status(), **_work(), **_forms(broken)})


def _forms(broken: forms.Form) -> dict[str, Any]:
    """Forms as they are met: untouched, sent with gaps, and above a list."""
    return {"sample": SampleForm(), "broken": broken, "filter_form": FilterForm(auto_id="id_filter_%s")}


def _status() -> dict[str, Any]:
    """What tells people where they stand."""
    now = timezone.now()
    return {
        "tones": ["neutral", "info", "waiting", "good", "attention", "done"],
        "notice_tones": ["info", "good", "waiting", "attention", "neutral"],
        "swatches": ["paper", "surface", "sunken", "ink", "muted", "pine", "clay", "carolina", "honey"],
        "steps": [
            {"label": "Interest", "state": "done", "hint": "March 3"},
            {"label": "Cohort", "state": "done", "hint": "Spring 2027"},
            {"label": "Application", "state": "current", "hint": "6 of 9 parts ready", "url": "#steps"},
            {"label": "Review", "state": "todo"},
            {"label": "Decision", "state": "todo"},
        ],
        "events": [
            {
                "when": now,
                "title": "Returned with a question",
                "by": "Coordinator",
                "tone": "attention",
                "note": "Please add the dates of the second training.",
            },
            {"when": now - timedelta(days=3), "title": "Submitted", "by": "Marisol Example", "tone": "good"},
            {"when": now - timedelta(days=40), "title": "Application opened"},
        ],
        "waiting": [
            {"who": "You", "what": "are waited for by your cohort lead: milestone 3, trainings."},
            {"who": "Dana Sample", "what": "has not answered your reference request yet.", "since": "Asked 9 days ago"},
        ],
    }


def _work() -> dict[str, Any]:
    """What people work through."""
    now = timezone.now()
    return {
        "people": PEOPLE,
        "page_obj": Paginator(range(312), 25).page(6),
        "crumbs": [{"label": "Home", "url": "/"}, {"label": "Applications", "url": "#table"}],
        "tabs": [
            {"label": "Overview", "url": "#tabs", "current": True},
            {"label": "Evidence", "url": "#tabs", "count": 12},
            {"label": "References", "url": "#tabs", "count": 3},
            {"label": "History", "url": "#tabs"},
        ],
        "tasks": [
            {"title": "Your profile", "status": "Ready", "tone": "good", "url": "#tasks"},
            {
                "title": "Training",
                "hint": "21 of 30 hours, 4 of 8 areas",
                "status": "In progress",
                "tone": "waiting",
                "url": "#tasks",
            },
            {
                "title": "References",
                "hint": "Three people who know your work",
                "status": "Not started",
                "url": "#tasks",
            },
            {"title": "Review and submit", "hint": "Opens when the parts above are ready", "status": "Not yet"},
        ],
        "rows": [
            {"key": "Name on the certificate", "value": "Marisol Example", "url": "#summary"},
            {"key": "County", "value": "Durham", "url": "#summary"},
            {"key": "Phone", "value": "", "url": "#summary"},
        ],
        "facts": [
            {"label": "County", "value": "Durham"},
            {"label": "Cohort", "value": "Spring 2027"},
            {"label": "Due", "value": "May 14"},
        ],
        "issued": date(2027, 5, 14),
        "until": date(2030, 5, 13),
        "now": now,
    }
