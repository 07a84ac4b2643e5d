"""Scenes of the portfolio: the library and what is done with it, who helps with it, and the editions behind it."""

from __future__ import annotations

from applicants.importing import sheet_of
from applicants.models import Application, EarlierText, Provider, Training
from applicants.spreadsheet import read
from applicants.views.importing import keep_upload
from competencies.models import Edition
from endorsement_portal.models import User
from reports.look.scene import Arguments, Scene, ask_for

APPLICANT, PROVIDER = "applicant@example.org", "provider@example.org"
# Rows of every kind: to bring in, there already, and refused for several reasons at once.
LIST = """Title,Who gave it,Kind,First day,Last day,Clock hours,DEI hours,Notes
Play at the center of everything,A center,Workshop,3/1/2024,,6,0,
Watching and wondering 👶,مركز الطفولة,Webinar,2024-05-14,,1.5,,
Watching and wondering 👶,مركز الطفولة,Webinar,2024-05-15,,1.5,,
Whose lullaby?,A center,Workshop,31/12/2024,,6,6,
Trauma and repair,,Poem,3/1/2999,,NaN,,
Supercalifragilisticexpialidociously-long-words-without-any-space-in-between,A center,Series,4/1/2024,3/1/2024,1e308,,
Loss,A center,Workshop,4/1/2024,,4,6,
"""


def _uploaded() -> Arguments:
    """A list that the applicant has just uploaded."""
    user = User.objects.filter(email=APPLICANT).first()
    return [keep_upload(user, sheet_of(read(LIST.encode())))] if user else None


def _taken_out() -> Arguments:
    found = Training.objects.removed().filter(person__email=APPLICANT).first()
    return ["training", found.pk] if found else None


def _earlier() -> Arguments:
    """A text of the applicant's work that said something else before."""
    found = EarlierText.objects.filter(person__email=APPLICANT, field="duties").first()
    return ["work", int(found.form.rpartition(":")[2]), "duties"] if found else None


def _shared() -> Arguments:
    """The application on which the applicant asked for advice."""
    found = Application.objects.filter(person__email=APPLICANT).order_by("pk").first()
    return [found.pk] if found else None


def _thread(audience: str, email: str = APPLICANT) -> Scene:
    ask = ask_for(Application, audience, person__email=email)
    return Scene("applicants:comment_list", ask, take=audience)


# What the applicant does with the library, beside entering.
LIBRARY = [
    Scene("applicants:evidence_list", query="kind=training", take="one-kind"),
    Scene("applicants:earlier_text_list", _earlier),
    Scene("applicants:import_confirm", _uploaded, main=True),
    Scene("applicants:evidence_confirm_let_go", _taken_out),
    Scene("applicants:provider_list"),
    _thread("applicant"),
    _thread("advisor"),
    Scene("applicants:sharing_edit", _shared),
    Scene("applicants:application_portfolio", _shared),
]
# A provider with an account.
GIVING = [
    Scene("home"),
    Scene("applicants:provider_detail", ask_for(Provider, person__email=PROVIDER)),
    Scene("applicants:provider_edit", ask_for(Provider, person__email=PROVIDER)),
]
# Somebody with whom the applicant shares.
ADVISING = [
    Scene("applicants:shared_list", main=True),
    Scene("applicants:application_requirements", _shared),
    Scene("applicants:application_portfolio", _shared),
    Scene("applicants:comment_list", ask_for(Application, "advisor", person__email=APPLICANT), take="advisor"),
]
# What the coordinator does with editions and says about applications.
KEEPING_EDITIONS = [
    Scene("competencies:edition_compare", main=True),
    Scene("applicants:edition_effects", ask_for(Edition, status="draft"), main=True),
    Scene("applicants:edition_effects", ask_for(Edition, status="draft"), query="of=rsc_hours&side=gain", take="one"),
    Scene("applicants:application_coverage", _shared, query="as=list", take="of-somebody"),
    _thread("staff", "applicant2@example.org"),
]
PUBLISHING = [
    Scene("competencies:edition_confirm_publish", ask_for(Edition, status="draft")),
    Scene("competencies:edition_confirm_retire", ask_for(Edition, status="published")),
]
