from django.urls import path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("reports/", views.archive, name="reports"),
    path("reports/<uuid:pk>/", views.edition, name="edition"),
    path("reports/<uuid:pk>/<str:language>.<str:form>", views.download, name="edition_download"),
]
