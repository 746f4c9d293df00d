from django.urls import path

from .views import guides

urlpatterns = [
    path("", guides.index, name="guides"),
    path("first-day/put-away/", guides.put_away, name="first_day_put_away"),
    path("first-day/bring-back/", guides.bring_back, name="first_day_bring_back"),
    path("<slug:role>.pdf", guides.guide_pdf, name="guide_pdf"),
    path("<slug:role>/", guides.guide, name="guide"),
]
