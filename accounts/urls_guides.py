from django.urls import path

from . import views_guides

urlpatterns = [
    path("", views_guides.index, name="guides"),
    path("first-day/put-away/", views_guides.put_away, name="first_day_put_away"),
    path("first-day/bring-back/", views_guides.bring_back, name="first_day_bring_back"),
    path("<slug:role>.pdf", views_guides.guide_pdf, name="guide_pdf"),
    path("<slug:role>/", views_guides.guide, name="guide"),
]
