from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from accounts.site import desk

urlpatterns = [
    path("admin/", desk.urls),
    path("language/", include("django.conf.urls.i18n")),
    path("account/", include("accounts.urls")),
    path("help/guides/", include("accounts.urls_guides")),
    path(
        "api/v1/schema/",
        SpectacularAPIView.as_view(authentication_classes=[], permission_classes=[]),
        name="schema",
    ),
    path("api/v1/", include("config.api_urls")),
    path("", include("common.urls")),
    path("", include("pensions.urls")),
    path("", include("cases.urls")),
    path("", include("monitoring.urls")),
    path("", include("reports.urls")),
]
handler400 = "common.views.bad_request"
handler403 = "common.views.refused"
handler404 = "common.views.missing"
handler500 = "common.views.failed"
