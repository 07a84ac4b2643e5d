"""Every page of the portfolio is found by links from home, by the role that needs it."""

import re
from collections import deque

import pytest
from django.urls import Resolver404, resolve

from applicants.models import Grant, Snapshot
from applicants.paper import make_paper
from applicants.transitions import advance
from reviews.assignment import assign
from tests import factories
from tests.conftest import make_person

pytestmark = pytest.mark.django_db
LINK = re.compile(r'href="(/[^"#]*)"')
LEFT_OUT = re.compile(r"^/(accounts|static|endorsement|fees/webhook)/")
READING = {"snapshot_detail", "snapshot_changes", "snapshot_download"}
STANDING = {"application_requirements", "application_coverage"}
OWN = STANDING | {"application_detail", "evidence_list", "reference_list", "comment_list", "sharing_edit"}


def found_by_links(client, *, most: int = 250) -> set[str]:
    """The names of the pages of this app that somebody comes to, from home on."""
    queue, known, names = deque(["/"]), {"/"}, set()
    while queue and most:
        most -= 1
        address = queue.popleft()
        answer = client.get(address)
        if answer.status_code != 200:
            continue
        match = resolve(address.split("?")[0])
        if "applicants" in match.namespaces:
            names.add(match.url_name)
        if answer.streaming:
            continue
        for link in LINK.findall(answer.content.decode()):
            link = link.replace("&amp;", "&")
            if link in known or LEFT_OUT.match(link):
                continue
            known.add(link)
            try:
                resolve(link.split("?")[0])
            except Resolver404:
                pytest.fail(f"{address} leads to {link}, which is nowhere")
            queue.append(link)
    return names


@pytest.fixture
def twice(draft, applicant, coordinator):
    """Submitted, returned for one part, and submitted once more, with both papers made."""
    factories.submitted(draft)
    advance(draft, "return", by=coordinator, note="Please", sections="work")
    applicant.work_evidence.update(employer="Another")
    advance(draft, "submit", by=applicant)
    for snapshot in Snapshot.objects.all():
        make_paper(snapshot.pk)
    return draft


def test_an_applicant_on_the_way(draft, applicant, client_for):
    factories.complete_portfolio(draft)
    needed = OWN | {"profile_edit", "evidence_create", "evidence_edit", "catalog_list", "evidence_import"}
    needed |= {"application_submit", "application_portfolio", "category_check", "provider_list", "reference_detail"}
    assert needed - found_by_links(client_for(applicant)) == set()


def test_an_applicant_who_has_submitted(twice, applicant, client_for):
    assert (OWN | READING) - found_by_links(client_for(applicant)) == set()


def test_a_coordinator(twice, coordinator, client_for):
    needed = STANDING | READING | {"application_list", "application_detail", "comment_list", "reference_detail"}
    assert needed - found_by_links(client_for(coordinator)) == set()


def test_a_reviewer(twice, coordinator, reviewer, client_for):
    advance(twice, "accept", by=coordinator)
    advance(assign(twice, reviewer=reviewer, by=coordinator), "accept", by=reviewer)
    assert {"snapshot_changes", "snapshot_download"} - found_by_links(client_for(reviewer)) == set()


@pytest.mark.parametrize("role", ["advisor", "cohort_lead"])
def test_whom_one_shares_with(draft, client_for, role):
    helper = make_person("helper@example.org")
    assert "shared_list" not in found_by_links(client_for(helper))
    Grant.objects.create(application=draft, user=helper, role=role, sees="portfolio")
    needed = STANDING | {"shared_list", "application_portfolio", "comment_list"}
    assert needed - found_by_links(client_for(helper)) == set()
