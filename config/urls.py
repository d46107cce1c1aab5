"""Every address of the site; an app keeps its own in its urls.py."""

from django.contrib import admin
from django.urls import include, path

from dashboard.views import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("dashboard.urls")),
    path("accounts/", include("accounts.urls")),
    path("villages/", include("villages.urls")),
    path("indicators/", include("indicators.urls")),
    path("projects/", include("projects.urls")),
    path("programmes/", include("programme_files.urls")),
    path("assessments/", include("assessments.urls")),
    path("admin/", admin.site.urls),
]
