"""A mail is written in the language of whoever reads it, whoever causes it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from applicants import emails as about_applications
from cohorts import emails as about_cohorts
from endorsement_portal.mail import letter_to
from endorsement_portal.models import Message
from payments import emails as about_money
from payments.ledger import open_invoice
from tests.cohorts import rows

APPS = ("applicants", "cohorts", "credentials", "payments", "reviews")


@pytest.fixture
def spanish(monkeypatch):
    """A catalog of Spanish in which every phrase is itself, marked; the one who acts reads English."""
    in_english = translation._trans.gettext

    def marked(message: str) -> str:
        return f"¡{message}!" if translation.get_language() == "es" else in_english(message)

    with translation.override("en"):
        monkeypatch.setattr(translation._trans, "gettext", marked)
        yield


def test_the_words_are_the_readers(spanish, applicant, other_applicant):
    applicant.language = "es"
    said = {}
    for person in (applicant, other_applicant):
        with letter_to(person) as letter:
            said[person.email] = letter.write("test", subject=translation.gettext("Hello"), body="–").subject
    assert said == {"applicant@example.org": "¡Hello!", "other@example.org": "Hello"}
    assert translation.get_language() == "en"


def test_without_an_account_the_language_that_was_asked_for(spanish, db):
    with letter_to(None, email="a@example.org", language="es") as letter:
        assert letter.write("test", subject=translation.gettext("Hello"), body="–").subject == "¡Hello!"
    with letter_to(None, email="a@example.org") as letter:
        assert letter.write("test", subject=translation.gettext("Hello"), body="–").subject == "Hello"


def test_about_an_application(spanish, draft, coordinator):
    draft.person.language = "es"
    about_applications.application_submitted(draft)
    assert list(Message.objects.order_by("pk").values_list("kind", "subject", "link_label")) == [
        ("E24", "¡We have your application!", "¡See where it stands!"),
        ("E25", f"New submission: {draft.code}", "Check it"),
    ]


def test_about_money(spanish, draft):
    invoice = open_invoice(draft, by=draft.person)
    Message.objects.all().delete()
    invoice.person.language = "es"
    about_money.invoice_issued(invoice)
    message = Message.objects.get()
    assert (message.subject, message.link_label) == (f"¡Your invoice {invoice.code}!", "¡See my fee and how to pay!")
    assert message.body.startswith("¡The fee of your application")


def test_about_interest_before_there_is_an_account(spanish, edition, coordinator):
    about_cohorts.interest_received(rows.interest(language_pref="es"))
    person, staff = Message.objects.order_by("pk")
    assert (person.kind, person.subject) == ("E01", "¡Thank you for your interest in the endorsement!")
    assert person.body.startswith("¡Dear Ines,!\n\n¡We have your form.")
    assert (staff.kind, staff.subject) == ("E02", "New interest: Ines Interested 1")


# --- Nobody can forget it -------------------------------------------------------------------------------------------


def _calls(node: ast.AST) -> set[str]:
    called = [part.func for part in ast.walk(node) if isinstance(part, ast.Call)]
    return {func.id for func in called if isinstance(func, ast.Name)}


def _composing(functions: dict[str, ast.FunctionDef]) -> set[str]:
    """The names whose result depends on the language: gettext, dates, and the module's own functions that call them."""
    names = {"_", "ngettext", "date_format", "as_sent"}
    while more := {name for name, node in functions.items() if _calls(node) & names} - names:
        names |= more
    return names


def _outside(body: list[ast.stmt], names: set[str]) -> set[str]:
    """What is composed in these statements, apart from the insides of `with letter_to(…)` and its kin."""
    found: set[str] = set()
    for statement in body:
        if isinstance(statement, ast.With) and any("letter" in name for name in _calls(statement.items[0])):
            continue
        inner = [part for field in ("body", "orelse") for part in getattr(statement, field, [])]
        found |= _outside(inner, names) if inner else _calls(statement) & names
    return found


LETTERS = sorted(path for app in APPS for path in (Path(settings.BASE_DIR) / app).glob("emails*.py"))


@pytest.mark.parametrize("path", LETTERS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_mail_is_composed_inside_its_letter(path):
    tree = ast.parse(path.read_text())
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    mails = {
        name: node
        for name, node in functions.items()
        if any(isinstance(part, ast.Attribute) and part.attr == "write" for part in ast.walk(node))
    }
    assert len(mails) > (4 if path.name == "emails.py" else 0)
    names = _composing({name: node for name, node in functions.items() if name not in mails})
    assert {name: found for name, node in mails.items() if (found := _outside(node.body, names))} == {}
