"""Migration of a state by one sort of figures: corridors, what they amount to, and the matrix of the region."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import formatting
from common.tables.writer import CONTENT_TYPES, to_bytes
from monitoring import corridors, migration_page, moments
from monitoring.units import unit_name


def migration(request):
    """Item, period and state stand in the address; whatever is not there is answered by the nearest that is."""
    found = corridors.items()
    if not found:
        return render(request, "monitoring/migration.html", {"items": []})
    when = moments.asked(request)
    moment = when["moment"]
    item, state, matrices, period = _asked(request, found, moment)
    if not matrices:
        return render(request, "monitoring/migration.html", when | _choices(found, item, state, [], ""))
    language = formatting.language_of(get_language())
    matrix = matrices[period]
    page = migration_page.Page(item, state, matrix, matrices, language, moment)
    table = page.table()
    context = (
        when
        | _choices(found, item, state, list(matrices), period)
        | {
            "unit": unit_name(item.unit),
            "facts": page.facts(),
            "charts": [
                (one.title, one.svg(f"chart-{place}"), one.heads, one.cells)
                for place, one in enumerate(page.charts())
            ],
            "region": migration_page.region_chart(item, period, language, moment),
            "columns": [{"title": one.title, "number": one.kind != "text"} for one in table.columns],
            "rows": page.cells(),
            "query": request.GET.urlencode(),
            "notes": page.notes(),
        }
    )
    return render(request, "monitoring/migration.html", context)


def download(request, file_format: str):
    """All corridors of the page as a table file."""
    found = corridors.items()
    if file_format not in CONTENT_TYPES or not found:
        raise Http404
    moment = moments.asked_or_404(request)
    item, state, matrices, period = _asked(request, found, moment)
    if not matrices:
        raise Http404
    language = formatting.language_of(get_language())
    page = migration_page.Page(item, state, matrices[period], matrices, language, moment)
    response = HttpResponse(to_bytes(page.table(), file_format), content_type=CONTENT_TYPES[file_format])
    response["Content-Disposition"] = f'attachment; filename="{item.code}_{state}_{period}.{file_format}"'
    return response


def _asked(request, found, moment):
    """(item, state, matrices by period, period)."""
    item = next((one for one in found if one.code == request.GET.get("item")), found[0])
    state = request.GET.get("state", "KG")
    if state not in corridors.REGION:
        state = "KG"
    matrices = corridors.of_state(item, state, moment)
    period = request.GET.get("period", "")
    return item, state, matrices, period if period in matrices else max(matrices, default="")


def _choices(found, item, state, periods, period) -> dict:
    return {
        "items": found,
        "item": item,
        "states": corridors.names(corridors.REGION).items(),
        "state": state,
        "state_name": corridors.names([state])[state],
        "periods": sorted(periods, reverse=True),
        "period": period,
        "sort": _("%(basis)s, %(kind)s")
        % {"basis": item.get_basis_display(), "kind": item.get_kind_display()},
    }
