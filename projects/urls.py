from django.urls import path

from . import views

app_name = "projects"
urlpatterns = [
    path("", views.ProjectList.as_view(), name="list"),
    path("paieska/", views.Search.as_view(), name="search"),
    path("projektai/igyvendinti/", views.ProjectArchive.as_view(), name="archive"),
    path("projektai/<int:pk>/", views.ProjectDetail.as_view(), name="detail_by_number"),
    path("projektai/<int:pk>-<slug:slug>/", views.ProjectDetail.as_view(), name="detail"),
]
