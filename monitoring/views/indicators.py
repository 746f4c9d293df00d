import re

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from common import formatting
from common.tables.writer import CONTENT_TYPES, to_bytes
from common.translated import translation_state
from monitoring import browser, moments, revisions, sdmx_out, sims
from monitoring.enums import ValueState
from monitoring.models import Figure, Indicator
from monitoring.parts import key_text
from monitoring.units import frequency_name, unit_name


def indicators(request):
    """Every indicator by tier, with its newest figure."""
    when = moments.asked(request)
    return render(request, "monitoring/indicators.html", when | {"groups": browser.listed(when["moment"])})


def _chosen(request, code: str, moment):
    """(indicator, definition, figures, key) as the address asks for them and as they were known at the moment."""
    indicator = get_object_or_404(Indicator.objects, code=code)
    version = browser.version_at(indicator, moment)
    key = request.GET.get("key", "")
    return indicator, version, list(browser.series(indicator, key, moment)), key


def indicator(request, code: str):
    """One indicator: chart, table, definition, where the numbers come from, and what was known on a day."""
    when = moments.asked(request)
    one, version, figures, key = _chosen(request, code, when["moment"])
    keys = browser.keys_of(one)
    if key and key not in keys:
        raise Http404
    sets = browser.approved_targets(one, when["moment"])
    context = when | {
        "indicator": one,
        "version": version,
        "state": translation_state(version, "title"),
        "unit": unit_name(version.unit),
        "frequency": frequency_name(version.frequency),
        "items": browser.items_behind(version),
        "key": key,
        "key_text": key_text(key),
        "keys": [(each, key_text(each)) for each in keys],
        "svg": _drawn(version, figures, [one for one in sets if one.baseline.key == key]),
        "columns": _columns(version),
        "rows": [_row(one, version) for one in reversed(figures)],
        "versions": list(one.versions.order_by("-number")),
        "measures": list(one.measures.all()),
        "query": request.GET.urlencode(),
        "target_sets": sets,
        "sdmx": [("sdmx.csv", "SDMX-CSV"), ("sdmx.json", "SDMX-JSON"), ("sdmx.xml", "SDMX-ML")],
    }
    return render(request, "monitoring/indicator.html", context)


def _drawn(version, figures: list[Figure], sets: list) -> str:
    return browser.chart_svg(version, figures, sets) if any(one.value is not None for one in figures) else ""


def _columns(version) -> list:
    return [
        _("Period"),
        {"title": _("Value, %(unit)s") % {"unit": unit_name(version.unit)}, "number": True},
        _("Known from"),
        _("Version"),
        _("Permanent link"),
    ]


def _row(one: Figure, version) -> list:
    value = browser.value_text(one.state, one.value, version.decimals)
    return [
        browser.period_text(one.period),
        {"value": value, "number": one.state == ValueState.VALUE},
        formatting.date_short(timezone.localdate(one.known_from)),
        one.version,
        {"value": one.short_id, "url": reverse("monitoring:figure", args=[one.short_id])},
    ]


def download(request, code: str, file_format: str):
    """The same series as a table file, in the language of the page."""
    if file_format in sdmx_out.WRITERS:
        return _sdmx(request, code, file_format)
    if file_format not in CONTENT_TYPES:
        raise Http404
    one, version, figures, key = _chosen(request, code, moments.asked_or_404(request))
    response = HttpResponse(
        to_bytes(browser.series_table(version, figures), file_format), content_type=CONTENT_TYPES[file_format]
    )
    name = re.sub(r"[^\w-]+", "_", f"{one.code}_{key}").strip("_")
    response["Content-Disposition"] = f'attachment; filename="{name}.{file_format}"'
    return response


def _sdmx(request, code: str, file_format: str):
    """Every breakdown, or the one that is asked for; names in three languages stand inside."""
    moments.asked_or_404(request)
    indicator = get_object_or_404(Indicator.objects, code=code)
    answer = sdmx_answer(indicator, file_format, request.GET)
    answer["Content-Disposition"] = f'attachment; filename="{indicator.code}.{file_format}"'
    return answer


def sdmx_answer(indicator: Indicator, file_format: str, asked) -> HttpResponse:
    """`asked`: as_of, key, start and end as texts; what is no period limits nothing."""
    moment = moments.moment_of(asked.get("as_of"))
    figures = browser.between(
        browser.all_series(indicator, moment), asked.get("start", ""), asked.get("end", "")
    )
    if asked.get("key") is not None:
        figures = [one for one in figures if one.key == asked["key"]]
    write, content_type = sdmx_out.WRITERS[file_format]
    flow = sdmx_out.flow_of(browser.version_at(indicator, moment), figures)
    return HttpResponse(write(flow), content_type=content_type)


def revisions_page(request, code: str):
    """What was first published, what came after, and why."""
    when = moments.asked(request)
    one, version, _figures, key = _chosen(request, code, when["moment"])
    if key and key not in browser.keys_of(one):
        raise Http404
    triangle = revisions.triangle(one, key, when["moment"])
    context = when | {
        "indicator": one,
        "version": version,
        "unit": unit_name(version.unit),
        "key": key,
        "key_text": key_text(key),
        "triangle": triangle,
        "columns": [_("Period"), *({"title": each, "number": True} for each in triangle.heads), _("Reasons")],
        "rows": triangle.cells(version.decimals),
        "facts": triangle.facts(version.decimals),
    }
    return render(request, "monitoring/revisions.html", context)


def metadata(request, code: str):
    """What the indicator means, by the concepts of SIMS that statistical offices report by."""
    when = moments.asked(request)
    one, version, figures, _key = _chosen(request, code, when["moment"])
    context = when | {
        "indicator": one,
        "version": version,
        "concepts": sims.concepts(one, version, figures),
    }
    return render(request, "monitoring/metadata.html", context)


def figure(request, short_id: str):
    """Where a printed figure comes from: definition, calculation, and every observation behind it."""
    one = get_object_or_404(
        Figure.objects.select_related("indicator", "calculation__version", "disclosure"),
        short_id=short_id.lower(),
    )
    version = one.calculation.version
    same = Figure.objects.filter(indicator=one.indicator, key=one.key, period=one.period).order_by("version")
    context = {
        "figure": one,
        "version": version,
        "period": browser.period_text(one.period),
        "key_text": key_text(one.key),
        "value": browser.value_text(one.state, one.value, version.decimals),
        "unit": unit_name(version.unit),
        "is_value": one.state == ValueState.VALUE,
        "is_current": not same.filter(version__gt=one.version).exists(),
        "rows": browser.observations_of(one),
        "releases": browser.releases_of(one),
        "vintages": [
            {
                "figure": each,
                "value": browser.value_text(each.state, each.value, version.decimals),
                "current": each.pk == one.pk,
            }
            for each in same
        ],
    }
    return render(request, "monitoring/figure.html", context)
