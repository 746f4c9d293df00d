from django.urls import path
from rest_framework.routers import SimpleRouter

from .legislation import LawViewSet
from .verification import VerifyView
from .views import EmployerViewSet, ImportViewSet, WorkerViewSet

router = SimpleRouter()
router.register("workers", WorkerViewSet, basename="worker")
router.register("employers", EmployerViewSet, basename="employer")
router.register("work-record-files", ImportViewSet, basename="work-record-file")
router.register("law/parameters", LawViewSet, basename="law-parameter")
urlpatterns = [*router.urls, path("verify/", VerifyView.as_view(), name="api-verify")]
