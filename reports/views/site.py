"""For machines that look for the site: sitemap.xml, robots.txt, and the open-data catalogue."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from monitoring.enums import ConsultationKind
from monitoring.models import Consultation, Indicator, Measure
from reports import catalogue
from reports.enums import Audience, EditionState
from reports.models import Edition

ROOMS = ["home", "reports", "report_calendar", "subscribe", "monitoring:board", "monitoring:indicators",
         "monitoring:consultations", "pensions:verify", "cases:help", "cases:partners"]  # fmt: skip
CLOSED = [
    "/admin/",
    "/account/",
    "/me/",
    "/employer/",
    "/cases/",
    "/jobs/",
    "/shared/",
    "/reports/subscriptions/",
]


def sitemap(request):
    """Every public page with its permanent address."""
    pages = [(reverse(name), None) for name in ROOMS]
    editions = Edition.objects.filter(
        state__in=[EditionState.PUBLISHED, EditionState.REPLACED], definition__audience=Audience.PUBLIC
    )
    pages += [(reverse("edition", args=[pk]), at) for pk, at in editions.values_list("pk", "published_at")]
    pages += [
        (reverse("monitoring:measure", args=[code]), None)
        for code in Measure.objects.order_by("code").values_list("code", flat=True)
    ]
    pages += [
        (reverse("monitoring:indicator", args=[code]), None)
        for code in Indicator.objects.order_by("code").values_list("code", flat=True)
    ]
    public = Consultation.objects.filter(kind=ConsultationKind.PUBLIC).order_by("pk")
    pages += [
        (reverse("monitoring:consultation", args=[pk]), None) for pk in public.values_list("pk", flat=True)
    ]
    found = [{"url": request.build_absolute_uri(path), "changed": at} for path, at in pages]
    return render(request, "reports/sitemap.xml", {"pages": found}, content_type="application/xml")


def robots(request):
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED)]
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def open_data(request, file_format: str):
    """The open-data catalogue in DCAT."""
    if file_format not in catalogue.WRITERS:
        raise Http404
    write, media_type = catalogue.WRITERS[file_format]
    nodes = catalogue.nodes(request.build_absolute_uri)
    return HttpResponse(write(nodes), content_type=media_type)
