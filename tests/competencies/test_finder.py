"""The finder's answer: each kind of work, its edges, and what is said where something is missing."""

import pytest

from competencies.editions import requirements_by_profile
from competencies.finder import Answers, Offer, find
from competencies.models import Category, Figure

FITTING = {
    "ages": ("infants",),
    "work": "promotion",
    "years": 5,
    "degree": "masters",
    "license": "licensed",
    "years_providing": 3,
    "receives": True,
}


@pytest.fixture
def ask(edition):
    def asked(**said):
        offers = [
            Offer(c.code, c.title, c.track.code, c.profile)
            for c in Category.objects.filter(edition=edition, accepts_new=True).select_related("track")
        ]
        return find(Answers(**(FITTING | said)), offers, requirements_by_profile(edition))

    return asked


def codes(fits):
    return [fit.offer.code for fit in fits]


@pytest.mark.parametrize(
    ("work", "infants", "young_children"),
    [
        ("promotion", "IFA", "ECFA"),
        ("prevention", "IFS", "ECFS"),
        ("intervention", "IMHS", "ECMHS"),
        ("clinical_lead", "IMHM-C", "ECMHM-C"),
        ("policy_lead", "IMHM-P", "ECMHM-P"),
        ("faculty", "IMHM-RF", "ECMHM-RF"),
    ],
)
def test_each_kind_of_work_and_ages(ask, work, infants, young_children):
    for ages, expected in [
        (("infants",), [infants]),
        (("young_children",), [young_children]),
        (("infants", "young_children"), [infants, young_children]),
    ]:
        finding = ask(work=work, ages=ages)
        assert codes(finding.suggested) == expected
        assert finding.fits
        assert [fit.missing for fit in finding.suggested] == [()] * len(expected)


@pytest.mark.parametrize(
    ("said", "fits", "missing", "alternatives"),
    [
        # An associate: education or work, one is enough.
        ({"work": "promotion", "years": 0, "degree": "cda"}, True, 0, []),
        ({"work": "promotion", "years": 2, "degree": "none"}, True, 0, []),
        ({"work": "promotion", "years": 1, "degree": "none"}, False, 1, []),
        # A specialist: two years, no degree; supervision is gathered on the way.
        ({"work": "prevention", "years": 2, "degree": "none"}, True, 0, []),
        ({"work": "prevention", "years": 2, "degree": "none", "receives": False}, True, 1, []),
        ({"work": "prevention", "years": 1, "degree": "cda"}, False, 1, ["IFA"]),
        ({"work": "prevention", "years": 1, "degree": "none"}, False, 1, ["IFA"]),
        # Treatment: a master's or a license, the license or being eligible, and two years.
        (
            {"work": "intervention", "years": 2, "degree": "masters", "license": "eligible", "years_providing": 0},
            True,
            0,
            [],
        ),
        (
            {"work": "intervention", "years": 2, "degree": "degree", "license": "licensed", "years_providing": 0},
            True,
            0,
            [],
        ),
        ({"work": "intervention", "years": 2, "degree": "masters", "license": "none"}, False, 1, ["IFS", "IFA"]),
        ({"work": "intervention", "years": 1, "degree": "degree", "license": "eligible"}, False, 2, ["IFA"]),
        # A mentor: what is below the bar leads to what can be begun.
        ({"work": "clinical_lead", "years_providing": 1}, False, 1, ["IMHS", "IFS", "IFA"]),
        (
            {"work": "clinical_lead", "years_providing": 1, "license": "none", "degree": "degree"},
            False,
            2,
            ["IFS", "IFA"],
        ),
        ({"work": "policy_lead", "years": 3}, True, 0, []),
        ({"work": "policy_lead", "years": 2}, False, 1, ["IFA"]),
        ({"work": "faculty", "degree": "degree"}, False, 1, ["IFA"]),
    ],
)
def test_edges(ask, said, fits, missing, alternatives):
    finding = ask(**said)
    assert (finding.fits, codes(finding.alternatives)) == (fits, alternatives)
    assert len(finding.suggested[0].missing) == missing


def test_the_fallback_is_shown_even_where_it_does_not_fit_yet(ask):
    finding = ask(work="faculty", years=0, degree="none", license="none")
    assert codes(finding.alternatives) == ["IFA"]
    assert not finding.alternatives[0].fits


def test_a_clinician_who_provides_supervision_hears_of_the_mentor_and_the_add_on(ask):
    finding = ask(work="intervention")
    assert codes(finding.alternatives) == ["IMHM-C"]
    assert finding.remarks == (
        "You provide reflective supervision: once endorsed, you can add Endorsed Reflective Supervisor (ERS).",
    )


def test_reasons_are_in_plain_words(ask):
    finding = ask(work="intervention", years=1, degree="degree", license="none", receives=False)
    assert [(point.met, point.text) for point in finding.suggested[0].points] == [
        (True, "Your work is what this category is for."),
        (False, "It asks for a master’s degree or higher or a mental health license from a state agency."),
        (False, "It asks for 2 years of paid work in this scope; you have 1 year."),
        (False, "It asks for a license, or to be eligible."),
        (False, "It asks for 50 hours of reflective supervision. You can begin now, and gather them on the way."),
    ]


def test_a_corrected_figure_changes_the_answer(ask, edition):
    assert ask(work="prevention", years=1).fits is False
    Figure.objects.filter(edition=edition, section="FS", path="work.years").update(value=1)
    assert ask(work="prevention", years=1).fits is True


def test_where_no_category_accepts_new_people_it_says_so(ask, edition):
    Category.objects.filter(edition=edition, profile="MHM-P").update(accepts_new=False)
    finding = ask(work="policy_lead")
    assert (finding.suggested, finding.fits) == ((), False)
    assert finding.remarks == (
        "No category of this kind accepts new applicants for these ages at present. Please ask us.",
    )
    assert codes(finding.alternatives) == ["IFA"]
