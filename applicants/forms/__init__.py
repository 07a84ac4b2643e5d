"""What may come in: the profile, evidence of each kind, references, signatures, a rater's answers."""

from applicants.forms.application import LANGUAGES, ApplicationFilterForm, NoteForm, ProfileForm, ReturnForm, SignForm
from applicants.forms.dates import not_in_the_future
from applicants.forms.evidence import FORMS, EvidenceForm
from applicants.forms.references import (
    RECOMMENDATIONS,
    SCALE,
    AnswerForm,
    CodeForm,
    DeclineForm,
    PaperForm,
    ReferenceForm,
)

__all__ = [
    "FORMS",
    "LANGUAGES",
    "RECOMMENDATIONS",
    "SCALE",
    "AnswerForm",
    "ApplicationFilterForm",
    "CodeForm",
    "DeclineForm",
    "EvidenceForm",
    "NoteForm",
    "PaperForm",
    "ProfileForm",
    "ReferenceForm",
    "ReturnForm",
    "SignForm",
    "not_in_the_future",
]
