from rest_framework.routers import SimpleRouter

from . import views

router = SimpleRouter()
router.register("measures", views.MeasureViewSet, basename="api-measure")
router.register("indicators", views.IndicatorViewSet, basename="api-indicator")
router.register("figures", views.FigureViewSet, basename="api-figure")
router.register("submissions", views.SubmissionViewSet, basename="api-submission")
urlpatterns = router.urls
