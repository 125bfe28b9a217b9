"""The mayor's doors."""

from django.urls import path

from staff.views import dashboard

urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("figures.csv", dashboard.dashboard_csv, name="dashboard_csv"),
    path("list/", dashboard.dashboard_list, name="dashboard_list"),
    path("list.csv", dashboard.dashboard_list_csv, name="dashboard_list_csv"),
]
