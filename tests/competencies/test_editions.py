"""Loading an edition, and what a category asks in it."""

from collections import Counter
from datetime import date
from io import StringIO

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from competencies.editions import areas_for, requirements_by_profile, requirements_for
from competencies.loading import BUILT_IN, load
from competencies.models import AddOn, Area, Category, Domain, Edition, Figure, Track
from tests import factories

TEXT = BUILT_IN.read_text(encoding="utf-8")
MODELS = (Edition, Track, Category, AddOn, Figure, Domain, Area)


def another(version: str, **fields: object) -> Edition:
    return load(yaml.safe_dump(yaml.safe_load(TEXT) | {"version": version} | fields, allow_unicode=True)).edition


def counts() -> list[int]:
    return [model.objects.count() for model in MODELS]


def test_everything_of_the_document_is_there(edition):
    document = yaml.safe_load(TEXT)
    figures = [row for paths in document["figures"].values() for row in paths.values()]
    areas = [area for domain in document["domains"] for area in domain["areas"]]
    assert counts() == [1, 3, 14, 1, len(figures), len(document["domains"]), len(areas)]
    basis = {"c": "confirmed", "i": "inferred", "u": "unknown"}
    loaded = Counter(Figure.objects.values_list("basis", flat=True))
    assert loaded == Counter(basis[row["st"]] for row in figures)
    by_name = {(f.section, f.path): f for f in Figure.objects.all()}
    for section, paths in document["figures"].items():
        for path, row in paths.items():
            figure = by_name[section, path]
            value = row["v"].isoformat() if isinstance(row["v"], date) else row["v"]
            kept = (figure.value, figure.basis, figure.sources, figure.note)
            assert kept == (value, basis[row["st"]], row.get("src", []), row.get("note", "")), (section, path)
            assert figure.is_open == (row["st"] != "c")


def test_fourteen_categories_and_the_add_on(edition):
    assert list(Category.objects.values_list("code", "track__code", "scope", "profile")) == [
        ("IFA", "IMH-E", "promotion", "FA"),
        ("ECFA", "ECMH-E", "promotion", "FA"),
        ("IFS", "IMH-E", "prevention", "FS"),
        ("ECFS", "ECMH-E", "prevention", "FS"),
        ("IFRS", "IMH-E", "prevention", "FRS"),
        ("ECFRS", "ECMH-E", "prevention", "FRS"),
        ("IMHS", "IMH-E", "intervention", "MHS"),
        ("ECMHS", "ECMH-E", "intervention", "MHS"),
        ("IMHM-C", "IMH-E", "macro", "MHM-C"),
        ("IMHM-P", "IMH-E", "macro", "MHM-P"),
        ("IMHM-RF", "IMH-E", "macro", "MHM-RF"),
        ("ECMHM-C", "ECMH-E", "macro", "MHM-C"),
        ("ECMHM-P", "ECMH-E", "macro", "MHM-P"),
        ("ECMHM-RF", "ECMH-E", "macro", "MHM-RF"),
    ]
    assert list(Category.objects.filter(accepts_new=False).values_list("code", flat=True)) == ["IFRS", "ECFRS"]
    assert list(AddOn.objects.values_list("code", "title")) == [("ERS", "Endorsed Reflective Supervisor")]


@pytest.mark.parametrize(
    ("section", "path", "value", "basis"),
    [
        ("MHM-C", "training.total", 48, "confirmed"),
        ("MHS", "training.total", 33, "confirmed"),
        ("FA", "training.total", 33, "inferred"),
        ("FS", "rsc.hours", 24, "confirmed"),
        ("MHM-C", "rsc.about_provision", 25, "confirmed"),
        ("FRS", "rsc.about_provision", None, "unknown"),
        ("common", "rsc.vetted_providers_until", "2027-12-31", "confirmed"),
        ("exam", "parts.part1.max_wrong", 12, "confirmed"),
        ("exam", "parts.part2.pass_percent", 80, "inferred"),
        ("review", "appeal", None, "unknown"),
        ("cohorts", "max_size", 12, "confirmed"),
        ("renewal", "cycle_years", 3, "confirmed"),
        ("renewal", "window.opens", "10-01", "confirmed"),
        ("ERS", "training_hours_rsc_provision", 15, "confirmed"),
    ],
)
def test_a_figure_read_by_hand(edition, section, path, value, basis):
    figure = Figure.objects.get(edition=edition, section=section, path=path)
    assert (figure.value, figure.basis) == (value, basis)


def test_loading_twice_changes_nothing(edition):
    before = counts(), list(Figure.objects.order_by("pk").values())
    again = load(TEXT)
    assert (again.edition, again.created, again.differs) == (edition, False, False)
    assert (counts(), list(Figure.objects.order_by("pk").values())) == before


def test_a_changed_file_under_the_same_version_overwrites_nothing(edition):
    again = load(TEXT.replace("training.total: {v: 48", "training.total: {v: 500"))
    assert (again.edition, again.created, again.differs) == (edition, False, True)
    assert not Figure.objects.filter(value=500).exists()


def test_a_new_version_is_an_edition_of_its_own(edition):
    newer = another("2026.1")
    assert newer.pk != edition.pk
    assert Figure.objects.filter(edition=newer).count() == Figure.objects.filter(edition=edition).count() == 236


def test_the_command_says_what_happened(db, tmp_path):
    factories.load_framework()
    out = StringIO()
    call_command("load_framework", stdout=out)
    assert out.getvalue().endswith("2025.1-draft is loaded already. Nothing changed.\n")
    other = tmp_path / "other.yaml"
    other.write_text(TEXT.replace("2025.1-draft", "2026.1"), encoding="utf-8")
    out = StringIO()
    call_command("load_framework", file=other, stdout=out)
    assert out.getvalue().endswith("2026.1 as a draft: 39 figures are to be confirmed.\n")


def test_the_command_refuses_a_bad_file_whole(db, tmp_path):
    before = counts()
    bad = tmp_path / "bad.yaml"
    bad.write_text(TEXT.replace("2025.1-draft", "2026.1").replace("scope: macro", "scope: micro", 1), encoding="utf-8")
    with pytest.raises(CommandError, match="IMHM-C: “micro” is not a scope of practice"):
        call_command("load_framework", file=bad)
    with pytest.raises(CommandError, match="can’t be read"):
        call_command("load_framework", file=tmp_path / "nowhere.yaml")
    assert counts() == before


def test_what_a_family_associate_is_asked(edition, django_assert_num_queries):
    category = factories.category("IFA")
    with django_assert_num_queries(1):
        asked = requirements_for(category)
    assert asked.education_or_work
    assert not asked.needs_education
    assert (asked.work_years, asked.training_total, asked.rsc_hours, asked.references_count) == (2, 33, 0, 3)
    assert asked.reference_roles == ("current_supervisor", "endorsed_or_vetted", "any_listed")
    assert (asked.exam, asked.needs_rsc) == (False, False)
    assert asked.work_full_time_hours == 35
    assert asked.unconfirmed == {
        "training_total",
        "training_dei",
        "training_surplus_is_general",
        "work_full_time_hours",
    }


def test_a_clinical_mentor_takes_over_the_specialists_work(edition, django_assert_num_queries):
    category = factories.category("ECMHM-C")
    with django_assert_num_queries(2):
        asked = requirements_for(category)
    assert (asked.work_years, asked.work_supervised, asked.internship_years_max) == (2, True, 1)
    assert (asked.training_total, asked.training_rsc_provision, asked.rsc_hours) == (48, 15, 50)
    assert (asked.work_years_providing_rsc, asked.leadership_years, asked.exam) == (3, 3, True)
    assert asked.needs_education
    assert asked.education_of == ("masters_or_higher",)
    assert asked.unconfirmed == {"rsc_providers", "training_surplus_is_general", "work_full_time_hours"}


def test_all_profiles_at_once_say_the_same(edition, django_assert_num_queries):
    with django_assert_num_queries(1):
        together = requirements_by_profile(edition)
    assert list(together) == ["FA", "FS", "FRS", "MHS", "MHM-C", "MHM-P", "MHM-RF"]
    for category in Category.objects.filter(edition=edition):
        assert together[category.profile] == requirements_for(category)


@pytest.mark.parametrize(
    ("code", "domains", "areas"),
    [("IFA", 8, 36), ("IFS", 8, 38), ("IMHS", 8, 46), ("ECMHM-C", 10, 59), ("IMHM-RF", 11, 62)],
)
def test_areas_by_domain(edition, django_assert_num_queries, code, domains, areas):
    category = factories.category(code)
    with django_assert_num_queries(1):
        found = areas_for(category)
        names = [area.domain.key + "." + area.key for _domain, of_it in found for area in of_it]
    assert (len(found), len(names)) == (domains, areas)
    assert names == [area.code for _domain, of_it in found for area in of_it]


def test_no_edition_no_current_one(db):
    Edition.objects.all().delete()
    assert Edition.objects.current() is None


def test_the_current_edition(edition, admin):
    assert Edition.objects.current() == edition
    newer = another("2026.1", effective_from=date(2026, 1, 1))
    assert Edition.objects.current() == edition  # a draft brought in beside it is in force for nobody
    stamps = {"published_at": timezone.now(), "published_by": admin}
    Edition.objects.filter(pk=edition.pk).update(status="published", **stamps)
    assert Edition.objects.current() == edition
    Edition.objects.filter(pk=newer.pk).update(status="published", **stamps)
    assert Edition.objects.current(on=date(2025, 6, 1)) == edition
    assert Edition.objects.current(on=date(2026, 6, 1)) == newer
    stamps = {"retired_at": timezone.now(), "retired_by": admin}
    Edition.objects.filter(pk=newer.pk).update(status="retired", **stamps)
    assert Edition.objects.current(on=date(2026, 6, 1)) == edition


@pytest.mark.parametrize(
    "fields", [{"confirmed_at": "2026-01-01T00:00Z"}, {"status": "open", "confirmed_at": "2026-01-01T00:00Z"}]
)
def test_who_confirmed_and_when_stand_together(edition, fields):
    figure = Figure.objects.filter(edition=edition, status="confirmed").first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Figure.objects.filter(pk=figure.pk).update(**fields)


def test_a_draft_has_no_publishing_date(edition, admin):
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(published_at=timezone.now(), published_by=admin)
