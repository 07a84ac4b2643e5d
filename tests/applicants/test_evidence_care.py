"""Before a narrative is saved: a question where somebody could be recognized, and a button that says it is fine."""

import pytest
from django.urls import reverse

from applicants.models import Work

pytestmark = pytest.mark.django_db
GIVING_AWAY = "Weekly visits. I met Mia, 3 years old, with her mother."


@pytest.fixture
def page():
    return reverse("applicants:evidence_create", args=["work"])


def test_it_asks_and_keeps_every_word(applicant, client_for, typed, page):
    client = client_for(applicant)
    answer = client.post(page, typed("work", duties=GIVING_AWAY))
    assert answer.status_code == 200
    assert Work.objects.count() == 0
    shown = answer.content.decode()
    assert "Could somebody be recognized?" in shown
    assert "“Mia, 3 years old”" in shown
    assert answer.context["form"]["duties"].value() == GIVING_AWAY


def test_saying_that_it_is_fine_saves_these_words_and_no_others(applicant, client_for, typed, page):
    client = client_for(applicant)
    sent = typed("work", duties=GIVING_AWAY)
    care = client.post(page, sent).context["form"].care_seal
    assert client.post(page, sent | {"duties": GIVING_AWAY + " Born on 3/4/2021.", "care": care}).status_code == 200
    assert client.post(page, sent | {"care": "anything"}).status_code == 200
    assert Work.objects.count() == 0
    assert client.post(page, sent | {"care": care}).status_code == 302
    assert Work.objects.get().duties == GIVING_AWAY


def test_other_mistakes_come_first_and_ordinary_words_are_never_asked_about(applicant, client_for, typed, page):
    client = client_for(applicant)
    answer = client.post(page, typed("work", duties=GIVING_AWAY, employer=""))
    assert list(answer.context["form"].errors) == ["employer"]
    assert client.post(page, typed("work")).status_code == 302
