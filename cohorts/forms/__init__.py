"""What may come in: interest, staff's notes and offers, cohorts."""

from cohorts.forms.cohort import CohortForm
from cohorts.forms.interest import InterestFilterForm, InterestForm
from cohorts.forms.seat import DeclineForm, NoteForm, OfferForm

__all__ = ["CohortForm", "DeclineForm", "InterestFilterForm", "InterestForm", "NoteForm", "OfferForm"]
