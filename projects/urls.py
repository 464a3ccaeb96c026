from django.urls import path

from . import exports, views

app_name = "projects"
urlpatterns = [
    path("", views.ProjectList.as_view(), name="list"),
    path("projektai/igyvendinti/", views.ProjectArchive.as_view(), name="archive"),
    path("projektai/<int:pk>/", views.ProjectDetail.as_view(), name="detail_by_number"),
    path("projektai/<int:pk>-<slug:slug>/", views.ProjectDetail.as_view(), name="detail"),
    path("duomenys/", exports.OpenData.as_view(), name="open_data"),
    path("duomenys/projektai.csv", exports.projects_csv, name="csv"),
    path("duomenys/projektai.json", exports.projects_json, name="json"),
]
