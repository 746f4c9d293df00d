from django.urls import path

from . import call_views, document_views, field_views, vault_views, views

app_name = "cases"
urlpatterns = [
    path("help/", views.ask_for_help, name="help"),
    path("help/received/", views.received, name="received"),
    path("cases/figures/", views.figures, name="figures"),
    path("cases/emergency/", views.emergency, name="emergency"),
    path("cases/my-day/", views.day, name="my_day"),
    path("cases/call/", call_views.call, name="call"),
    path("cases/call/<uuid:pk>/", call_views.call, name="draft"),
    path("cases/call/keep/", call_views.keep_draft, name="keep_draft"),
    path("cases/keep/<uuid:pk>/<slug:form>/", call_views.keep_form, name="keep_form"),
    path("cases/documents/<uuid:pk>/", document_views.document, name="document"),
    path("cases/shared/<uuid:pk>/", document_views.shared, name="shared"),
    path("cases/exports/<uuid:pk>/", document_views.export, name="export"),
    path("cases/key/", vault_views.vault, name="vault"),
    path("partners/", views.partners, name="partners"),
    path("field/", field_views.shell, name="field"),
    path("field/manifest.webmanifest", field_views.manifest, name="field_manifest"),
    path("field/worker.js", field_views.service_worker, name="field_worker"),
    path("field/state/", field_views.state, name="field_state"),
    path("field/phones/", field_views.phones, name="field_phones"),
    path("field/phones/new/", field_views.register_phone, name="field_register"),
    path("field/phones/<uuid:pk>/cases/", field_views.phone_cases, name="field_cases"),
    path("field/phones/<uuid:pk>/entries/", field_views.take_entry, name="field_entries"),
    path("field/phones/<uuid:pk>/emptied/", field_views.phone_emptied, name="field_emptied"),
]
