from django.urls import path

from . import views

app_name = "cases"
urlpatterns = [
    path("help/", views.ask_for_help, name="help"),
    path("help/received/", views.received, name="received"),
    path("cases/my-day/", views.day, name="my_day"),
    path("partners/", views.partners, name="partners"),
]
