"""Where."""

from django.urls import path

from reviews.views import assignment, decision, review, reviewer

app_name = "reviews"
urlpatterns = [
    path("", review.review_list, name="review_list"),
    path("<int:pk>/", review.review_detail, name="review_detail"),
    path("<int:pk>/scores/", review.review_edit, name="review_edit"),
    path("<int:pk>/<slug:verb>/", review.review_confirm, name="review_confirm"),
    path("assignments/", assignment.assignment_list, name="assignment_list"),
    path("overdue/", assignment.overdue_list, name="overdue_list"),
    path("assignments/<int:pk>/", assignment.assignment_create, name="assignment_create"),
    path("decide/<int:pk>/", decision.decision_create, name="decision_create"),
    path("decisions/<int:pk>/", decision.decision_detail, name="decision_detail"),
    path("reviewers/", reviewer.reviewer_list, name="reviewer_list"),
    path("reviewers/<int:pk>/", reviewer.reviewer_edit, name="reviewer_edit"),
    path("needed/<slug:profile>/", reviewer.needed_edit, name="needed_edit"),
]
