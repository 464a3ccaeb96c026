"""The whole site map."""

from django.contrib import admin
from django.urls import include, path

from accounts import limits

from . import errors, files, health, sitemaps, views

association = [
    path("favicon.ico", views.favicon, name="favicon"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security, name="security"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemaps.section, name="sitemap_section"),
    path("asociacija/", views.about, name="about"),
    path("bibliotekos/", views.LibraryList.as_view(), name="libraries"),
    path("bibliotekos/<int:pk>/", views.LibraryDetail.as_view(), name="library_by_number"),
    path("bibliotekos/<int:pk>-<slug:slug>/", views.LibraryDetail.as_view(), name="library"),
    path("<slug:slug>/", views.PageDetail.as_view(), name="page"),
]

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("", include("projects.urls")),
    path("", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("failai/<path:name>", files.serve, name="file"),
    path("", include((association, "association"))),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error
handler429 = limits.too_many_requests  # asked for by allauth
