"""What may come in: the profile, evidence of each kind, references, signatures, a rater's answers."""

from applicants.forms.application import LANGUAGES, ApplicationFilterForm, NoteForm, ProfileForm, SignForm
from applicants.forms.dates import not_in_the_future
from applicants.forms.evidence import FORMS, EvidenceForm
from applicants.forms.references import RECOMMENDATIONS, SCALE, AnswerForm, DeclineForm, ReferenceForm

__all__ = [
    "FORMS",
    "LANGUAGES",
    "RECOMMENDATIONS",
    "SCALE",
    "AnswerForm",
    "ApplicationFilterForm",
    "DeclineForm",
    "EvidenceForm",
    "NoteForm",
    "ProfileForm",
    "ReferenceForm",
    "SignForm",
    "not_in_the_future",
]
