from django.urls import path

from . import views

app_name = "projects"
urlpatterns = [
    path("", views.ProjectList.as_view(), name="list"),
    path("projektai/igyvendinti/", views.ProjectArchive.as_view(), name="archive"),
    path("projektai/<int:pk>/", views.ProjectDetail.as_view(), name="detail_by_number"),
    path("projektai/<int:pk>-<slug:slug>/", views.ProjectDetail.as_view(), name="detail"),
    path("finansuotojai/", views.FunderList.as_view(), name="funders"),
    path("finansuotojai/<int:pk>/", views.FunderDetail.as_view(), name="funder_by_number"),
    path("finansuotojai/<int:pk>-<slug:slug>/", views.FunderDetail.as_view(), name="funder"),
    path(
        "finansuotojai/<int:pk>-<slug:slug>/sumos.csv",
        views.FunderTotals.as_view(),
        name="funder_totals",
    ),
]
