"""Where."""

from django.urls import path

from cohorts.views import cohort, interest, seat

app_name = "cohorts"
urlpatterns = [
    path("interest/", interest.interest_create, name="interest_create"),
    path("interest/received/", interest.interest_received, name="interest_received"),
    path("interests/", interest.interest_list, name="interest_list"),
    path("interests/<int:pk>/", interest.interest_detail, name="interest_detail"),
    path("interests/<int:pk>/offer/", interest.interest_offer, name="interest_offer"),
    path("interests/<int:pk>/<slug:verb>/", interest.interest_confirm, name="interest_confirm"),
    path("seats/<int:pk>/", seat.seat_detail, name="seat_detail"),
    path("seats/<int:pk>/share/", seat.lead_share, name="lead_share"),
    path("seats/<int:pk>/<slug:verb>/", seat.seat_confirm, name="seat_confirm"),
    path("", cohort.cohort_list, name="cohort_list"),
    path("new/", cohort.cohort_create, name="cohort_create"),
    path("<int:pk>/", cohort.cohort_detail, name="cohort_detail"),
    path("<int:pk>/edit/", cohort.cohort_edit, name="cohort_edit"),
    path("<int:pk>/<slug:verb>/", cohort.cohort_confirm, name="cohort_confirm"),
]
