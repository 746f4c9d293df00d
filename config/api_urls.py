from django.urls import include, path

urlpatterns = [
    path("", include("pensions.api.urls")),
    path("", include("cases.api.urls")),
    path("", include("monitoring.api.urls")),
    path("", include("reports.api.urls")),
]
