from django.urls import path
from rest_framework.routers import SimpleRouter

from .claims import ClaimToDecideViewSet, PensionClaimViewSet
from .exchange import ReceivedRequestViewSet, SentRequestViewSet
from .legislation import LawViewSet
from .verification import VerifyView
from .views import EmployerViewSet, ImportViewSet, WorkerViewSet

router = SimpleRouter()
router.register("workers", WorkerViewSet, basename="worker")
router.register("employers", EmployerViewSet, basename="employer")
router.register("work-record-files", ImportViewSet, basename="work-record-file")
router.register("period-requests/sent", SentRequestViewSet, basename="sent-request")
router.register("period-requests/received", ReceivedRequestViewSet, basename="received-request")
router.register("pension-claims/to-decide", ClaimToDecideViewSet, basename="claim-to-decide")
router.register("pension-claims", PensionClaimViewSet, basename="pension-claim")
router.register("law/parameters", LawViewSet, basename="law-parameter")
urlpatterns = [*router.urls, path("verify/", VerifyView.as_view(), name="api-verify")]
