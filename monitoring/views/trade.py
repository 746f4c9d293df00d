"""The study's trade analysis: a page for each sheet with its charts, the workbook, and what became of every figure."""

from functools import cache

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import formatting
from common.charts.base import shown
from common.tables.writer import CONTENT_TYPES, write_xlsx
from monitoring import trade, trade_book
from monitoring.trade import Status
from monitoring.trade.findings import counted
from monitoring.trade.words import word


@cache
def _sheets(language: str) -> dict[str, trade.Sheet]:
    return {one.key: one for one in trade_book.sheets(trade_book.shipped(), language)}


@cache
def _drawn(key: str, language: str) -> list:
    """(title, picture, heads, cells) of each chart of a sheet; the shipped figures never change while we run."""
    charts = trade_book.charts(trade_book.shipped(), key, language)
    return [(one.title, one.svg(f"{key}-{place}"), one.heads, one.cells) for place, one in enumerate(charts)]


@cache
def _counts() -> dict[Status, int]:
    return dict(counted(trade.findings(trade_book.shipped())))


def analysis(request):
    """One sheet at a time; the list of figures can be narrowed to one status."""
    language = formatting.language_of(get_language())
    sheets = _sheets(language)
    key = request.GET.get("sheet", "trade")
    if key not in sheets:
        raise Http404
    sheet, status = sheets[key], request.GET.get("status", "")
    columns = trade_book.table_of(sheet).columns
    rows = sheet.rows
    if key == "findings" and status in set(Status):
        place = [head.key for head in sheet.heads].index("status")
        rows = [row for row in rows if row[place] == word("statuses", status, language)]
    address = reverse("monitoring:trade_analysis")
    context = {
        "sheet": sheet,
        "tabs": [
            {"title": one.title, "url": f"{address}?sheet={one.key}", "current": one.key == key}
            for one in sheets.values()
        ],
        "tiles": [
            {
                "title": word("statuses", one, language).capitalize(),
                "value": formatting.number(count),
                "url": f"{address}?sheet=findings&status={one}",
            }
            for one, count in _counts().items()
        ],
        "charts": _drawn(key, language),
        "columns": [{"title": one.title, "number": one.kind != "text"} for one in columns],
        "rows": [
            [_cell(value, column, language) for value, column in zip(row, columns, strict=True)]
            for row in rows
        ],
        "source": _("“Kyrgyzstan's Accession to the Customs Union”, TSPC AUCA, 2014"),
    }
    return render(request, "monitoring/trade.html", context)


def _cell(value, column, language: str) -> str:
    return str(value) if column.key == "year" else shown(value, column, language)


def workbook(request):
    """Every sheet in one file, in the language of the page."""
    response = HttpResponse(content_type=CONTENT_TYPES["xlsx"])
    response["Content-Disposition"] = 'attachment; filename="trade_analysis.xlsx"'
    language = formatting.language_of(get_language())
    write_xlsx(response, [trade_book.table_of(one) for one in _sheets(language).values()], language=language)
    return response


def figures(request):
    """The machine-readable list: what became of every figure of the study."""
    return JsonResponse(
        trade_book.plain_findings(trade_book.shipped()), json_dumps_params={"ensure_ascii": False}
    )
