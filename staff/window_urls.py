"""The mayor's doors."""

from django.urls import path

from staff.views import dashboard, nudges, rising

urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("figures.csv", dashboard.dashboard_csv, name="dashboard_csv"),
    path("list.csv", dashboard.dashboard_list_csv, name="dashboard_list_csv"),
    path("<slug:table>.csv", dashboard.dashboard_table_csv, name="dashboard_table_csv"),
    path("list/", dashboard.dashboard_list, name="dashboard_list"),
    path("rising/", rising.dashboard_rising, name="dashboard_rising"),
    path("thanks/", dashboard.dashboard_thanks, name="dashboard_thanks"),
    path("requests/<int:number>/nudge/", nudges.nudge, name="nudge"),
    path("nudges/<int:event>/undo/", nudges.undo_nudge, name="undo_nudge"),
]
