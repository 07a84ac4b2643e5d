"""The public form of interest."""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from cohorts.forms.interest import FORMS_A_DAY
from cohorts.models import Interest
from cohorts.transitions import register_interest
from endorsement_portal.models import County, Event, Message, Outbox
from tests.cohorts import rows
from tests.factories import category, profile

URL = reverse("cohorts:interest_create")


def send(client, **fields):
    return client.post(URL, rows.form_data(**fields))


def test_a_stranger_tells_us_everything(client, edition, coordinator):
    chosen = category("IFS")

    response = send(client, category=chosen.pk)

    assert response.status_code == 302
    assert response["Location"] == reverse("cohorts:interest_received")
    kept = Interest.objects.get()
    assert kept.status == "new"
    assert kept.name == "Zoë Example"
    assert kept.email == "zoe@example.org"
    assert kept.person is None
    assert kept.home_county.name == "Durham"
    assert kept.work_county.name == "Durham"
    assert [county.name for county in kept.other_work_counties.all()] == ["Chatham", "Orange"]
    assert kept.ages_served == ["prenatal", "infants"]
    assert kept.paid_years == Decimal("4.5")
    assert kept.practice_languages == ["English", "Spanish", "Tagalog"]
    assert kept.category == chosen
    assert kept.access_needs == "Captions, please."
    event = Event.objects.about(kept).get()
    assert (event.verb, event.after, event.actor) == ("register", "new", None)
    mails = {message.kind: message for message in Message.objects.all()}
    assert set(mails) == {"E01", "E02"}
    assert (mails["E01"].email, mails["E01"].to) == ("zoe@example.org", None)
    assert (mails["E02"].to, mails["E02"].link_path) == (
        coordinator,
        reverse("cohorts:interest_detail", args=[kept.pk]),
    )
    assert Outbox.objects.filter(kind="mail.send").count() == 2


def test_the_page_opens_for_a_stranger(client, edition):
    page = client.get(URL)

    assert page.status_code == 200
    for words in ("About you", "Your work", "Before you send it", "I am not sure yet"):
        assert words in page.content.decode()


def test_the_thank_you_page_opens_for_a_stranger(client, db):
    assert client.get(reverse("cohorts:interest_received")).status_code == 200


def test_twice_makes_one_row_and_one_mail(client, edition, coordinator):
    first, second = send(client), send(client)

    assert (first.status_code, second.status_code) == (302, 302)
    assert second["Location"] == reverse("cohorts:interest_received")
    assert Interest.objects.count() == 1
    assert sorted(Message.objects.values_list("kind", flat=True)) == ["E01", "E02"]


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_row(reference_data):
    made = []
    gate = threading.Barrier(2)

    def click():
        try:
            one = Interest(**{k: v for k, v in vars(template).items() if not k.startswith("_") and k not in {"id"}})
            gate.wait(5)
            made.append(register_interest(one).pk)
        finally:
            connection.close()

    template = rows.interest()
    template.delete()
    clicks = [threading.Thread(target=click) for _ in range(2)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join(20)

    assert Interest.objects.count() == 1
    assert made == [Interest.objects.get().pk] * 2
    assert Message.objects.filter(kind="E01").count() == 1


def test_with_something_to_mend_all_that_was_typed_stays(client, edition):
    page = send(client, first_name="", email="zoe at example", ages_served=[], consent_privacy="", paid_years="70")

    assert page.status_code == 200
    assert Interest.objects.count() == 0
    text = page.content.decode()
    assert "5 things need another look" in text
    assert page.context["form"].errors.keys() == {"first_name", "email", "ages_served", "consent_privacy", "paid_years"}
    for typed in ("zoe at example", "Little Steps Center", "Tagalog", "Captions, please.", 'value="70"'):
        assert typed in text
    assert '<option value="37063" selected>Durham</option>' in text
    assert 'value="6f9619ff-8b86-4d01-b42d-00cf4fc964ff"' in text
    form = page.context["form"]
    assert form["other_work_counties"].value() == ["37135", "37037"]
    assert form["practice_languages"].value() == ["English", "Spanish"]
    # Two counties, two languages, language of mail, focus, cohort, one consent.
    assert text.count(" checked") == 8


def test_outside_north_carolina_is_an_answer(client, edition):
    send(client, home_county="outside", work_county="outside", other_work_counties=[])

    kept = Interest.objects.get()
    assert (kept.home_county, kept.work_county, kept.lives_elsewhere) == (None, None, True)


def test_no_county_is_not_an_answer(client, edition):
    page = send(client, home_county="", work_county="99999")

    assert page.context["form"].errors.keys() == {"home_county", "work_county"}


def test_one_name_is_enough(client, edition):
    send(client, last_name="")

    assert Interest.objects.get().name == "Zoë"


def test_a_language_may_be_written_alone(client, edition):
    send(client, practice_languages=[], other_languages=" Hmong , ,Karen")

    assert Interest.objects.get().practice_languages == ["Hmong", "Karen"]


def test_no_language_is_said_beside_the_question(client, edition):
    page = send(client, practice_languages=[], other_languages=" , ")

    assert page.context["form"].errors.keys() == {"practice_languages"}


def test_a_form_without_its_token_is_kept(client, edition):
    assert send(client, token="not-a-token").status_code == 302
    assert send(client, token="").status_code == 302

    assert Interest.objects.count() == 2


def test_known_facts_are_filled_in(client_for, applicant, edition):
    profile(applicant)

    page = client_for(applicant).get(URL, {"category": "IFS"})

    initial = page.context["form"].initial
    assert (initial["first_name"], initial["last_name"], initial["email"]) == ("Ana", "Applicant", applicant.email)
    assert (initial["employer"], initial["work_county"]) == ("Little Steps Center", "37063")
    assert initial["category"] == category("IFS")


def test_it_belongs_to_the_person_whose_proven_address_it_is(client_for, applicant, edition):
    send(client_for(applicant), email=applicant.email.upper())

    kept = Interest.objects.get()
    assert kept.person == applicant
    assert Message.objects.get(kind="E01").to == applicant
    assert list(Interest.objects.visible_to(applicant)) == [kept]


def test_another_address_stays_unlinked(client_for, applicant, other_applicant, edition):
    send(client_for(applicant), email=other_applicant.email)

    kept = Interest.objects.get()
    assert kept.person is None
    assert list(Interest.objects.visible_to(applicant)) == []
    assert list(Interest.objects.visible_to(other_applicant)) == [kept]


def test_one_address_sends_only_so_many_forms_a_day(client, edition):
    for number in range(FORMS_A_DAY):
        rows.interest(number, email="zoe@example.org")

    page = send(client)

    assert page.context["form"].errors.keys() == {"email"}
    assert Interest.objects.count() == FORMS_A_DAY


def test_the_database_asks_for_both_consents(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.interest(consent_privacy=False)


def test_the_database_keeps_addresses_in_lower_case(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.interest(email="Ines@example.org")


def test_the_form_asks_for_every_county(edition, client):
    choices = client.get(URL).context["form"].fields["home_county"].choices

    assert len(choices) == 2 + County.objects.count() == 102
