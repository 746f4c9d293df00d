from django.urls import path

from . import document_views, vault_views, views

app_name = "cases"
urlpatterns = [
    path("help/", views.ask_for_help, name="help"),
    path("help/received/", views.received, name="received"),
    path("cases/figures/", views.figures, name="figures"),
    path("cases/emergency/", views.emergency, name="emergency"),
    path("cases/my-day/", views.day, name="my_day"),
    path("cases/documents/<uuid:pk>/", document_views.document, name="document"),
    path("cases/exports/<uuid:pk>/", document_views.export, name="export"),
    path("cases/key/", vault_views.vault, name="vault"),
    path("partners/", views.partners, name="partners"),
]
