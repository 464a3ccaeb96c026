from django.urls import path
from django.views.generic import RedirectView

from association.policies import for_all_sites

from . import exports, feeds, views

app_name = "projects"
urlpatterns = [
    path("", views.ProjectList.as_view(), name="list"),
    path("projektai/", RedirectView.as_view(pattern_name="projects:list")),
    path("paieska/", views.Search.as_view(), name="search"),
    path("projektai/igyvendinti/", views.ProjectArchive.as_view(), name="archive"),
    path("kalendorius/", views.ActivityCalendar.as_view(), name="calendar"),
    path("kalendorius.ics", views.calendar_file, name="calendar_file"),
    path("veiklos/<int:pk>.ics", views.activity_file, name="activity_file"),
    path("naujienos.atom", for_all_sites(feeds.ProjectFeed()), name="feed"),
    path("projektai/<int:pk>/", views.ProjectDetail.as_view(), name="detail_by_number"),
    path("projektai/<int:pk>-<str:slug>/", views.ProjectDetail.as_view(), name="detail"),
    path("juodrastis/<str:key>/", views.draft, name="draft"),
    path("finansuotojai/", views.FunderList.as_view(), name="funders"),
    path("finansuotojai/<int:pk>/", views.FunderDetail.as_view(), name="funder_by_number"),
    path("finansuotojai/<int:pk>-<str:slug>/", views.FunderDetail.as_view(), name="funder"),
    path(
        "finansuotojai/<int:pk>-<str:slug>/sumos.csv",
        views.FunderTotals.as_view(),
        name="funder_totals",
    ),
    path("duomenys/", exports.OpenData.as_view(), name="open_data"),
    path("duomenys/projektai.csv", exports.projects_csv, name="csv"),
    path("duomenys/projektai.json", exports.projects_json, name="json"),
]
