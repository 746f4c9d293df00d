from django.urls import path

from .views import calls, documents, field, pages, vault

app_name = "cases"
urlpatterns = [
    path("help/", pages.ask_for_help, name="help"),
    path("help/received/", pages.received, name="received"),
    path("cases/figures/", pages.figures, name="figures"),
    path("cases/emergency/", pages.emergency, name="emergency"),
    path("cases/my-day/", pages.day, name="my_day"),
    path("cases/call/", calls.call, name="call"),
    path("cases/call/<uuid:pk>/", calls.call, name="draft"),
    path("cases/call/keep/", calls.keep_draft, name="keep_draft"),
    path("cases/keep/<uuid:pk>/<slug:form>/", calls.keep_form, name="keep_form"),
    path("cases/documents/<uuid:pk>/", documents.document, name="document"),
    path("cases/shared/<uuid:pk>/", documents.shared, name="shared"),
    path("cases/exports/<uuid:pk>/", documents.export, name="export"),
    path("cases/key/", vault.vault, name="vault"),
    path("partners/", pages.partners, name="partners"),
    path("field/", field.shell, name="field"),
    path("field/manifest.webmanifest", field.manifest, name="field_manifest"),
    path("field/worker.js", field.service_worker, name="field_worker"),
    path("field/state/", field.state, name="field_state"),
    path("field/phones/", field.phones, name="field_phones"),
    path("field/phones/new/", field.register_phone, name="field_register"),
    path("field/phones/<uuid:pk>/cases/", field.phone_cases, name="field_cases"),
    path("field/phones/<uuid:pk>/entries/", field.take_entry, name="field_entries"),
    path("field/phones/<uuid:pk>/emptied/", field.phone_emptied, name="field_emptied"),
]
