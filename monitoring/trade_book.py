"""The trade workbook for people: names of countries, tables for files, and charts beside the sheets."""

from collections.abc import Callable
from functools import cache

from django.utils.translation import gettext as _

from common.charts import Chart, Flow, Series, bar_chart, flow_chart, line_chart
from common.enums import Language
from common.formatting import language_of
from common.tables.columns import Column, Table

from . import codelists, trade
from .trade import Sheet, Study, prices, scenarios, tables
from .trade.findings import counted
from .trade.words import word


@cache
def shipped() -> Study:
    """The study's own figures."""
    return trade.read(trade.SHIPPED.read_text(encoding="utf-8"))[0]


def country_namer(language: str | None = None) -> Callable[[str], str]:
    def name(code: str) -> str:
        known = codelists.resolve("AREA", code)
        return known.name(language) if known else code

    return name


def sheets(study: Study, language: str | None = None) -> list[Sheet]:
    language = language_of(language)
    return trade.sheets(study, language, country_namer(language))


def table_of(sheet: Sheet) -> Table:
    """For the writer of files: numbers as numbers, formulas as text."""
    columns = [Column(head.key, head.title, head.kind, digits=head.digits) for head in sheet.heads]
    return Table(columns, sheet.rows, title=sheet.title, notes=[sheet.about])


def charts(study: Study, key: str, language: str | None = None) -> list[Chart]:
    """What is drawn beside a sheet; nothing where the figures for it are missing."""
    drawer = DRAWN.get(key)
    return [one for one in drawer(study, language_of(language)) if one] if drawer else []


def _trade(study: Study, language: str) -> list[Chart | None]:
    years = study.periods("trade")
    return [_flows(study, years, language), _totals(study, years, language)]


def _flows(study: Study, years: list[str], language: str) -> Chart | None:
    """The newest year in which every flow is known."""
    year = next((each for each in reversed(years) if tables.mutual_trade(study, each) is not None), None)
    if year is None:
        return None
    name = country_namer(language)
    flows = [
        Flow(name(one.exporter), name(one.importer), one.best)
        for one in tables.mirrors(study)
        if one.year == year
    ]
    title = _("Mutual trade of the union, %(year)s") % {"year": year}
    return flow_chart(
        title, flows, unit=_("million US dollars"), digits=0, language=language, show_title=False
    )


def _totals(study: Study, years: list[str], language: str) -> Chart:
    values = [tables.mutual_trade(study, year) for year in years]
    series = [Series(_("All exports inside the union"), values)]
    title = _("Mutual trade of the union by year")
    return line_chart(
        title, years, series, unit=_("million US dollars"), digits=1, language=language, show_title=False
    )


def _prices(study: Study, language: str) -> list[Chart | None]:
    year = str(scenarios.FIRST_YEAR)
    sectors = [one for one in study.subjects("price") if one != "economy_average"]
    values = [prices.price_change(study, sector, year) for sector in sectors]
    names = [word("sectors", sector, language) for sector in sectors]
    title = _("Change of import prices by sector, %(year)s") % {"year": year}
    options = {
        "unit": "%",
        "digits": 2,
        "label_title": word("heads", "sector", language),
        "language": language,
    }
    return [bar_chart(title, names, [Series(title, values)], show_title=False, **options)]


def _scenarios(study: Study, language: str) -> list[Chart | None]:
    found = scenarios.scenarios(study)
    if not found:
        return []
    labels = [word("words", year, language) for year in ("year1", "year2", "year3")]
    series = [Series(f"{word('heads', 'scenario', language)} {one.number}", one.path) for one in found]
    title = _("Imports that move to the union")
    return [line_chart(title, labels, series, unit="%", digits=1, language=language, show_title=False)]


def _shares(study: Study, language: str) -> list[Chart | None]:
    paths = scenarios.sector_paths(study)
    if not paths:
        return []
    sectors = list(dict.fromkeys(one.sector for one in paths))
    series = [Series(word("heads", "before", language), [_first(paths, sector).before for sector in sectors])]
    for number in dict.fromkeys(one.scenario for one in paths):
        values = [_first(paths, sector, number).computed[-1] for sector in sectors]
        series.append(Series(f"{word('heads', 'scenario', language)} {number}", values))
    names = [word("sectors", sector, language) for sector in sectors]
    title = _("Share from outside the union after three years")
    options = {
        "unit": "%",
        "digits": 1,
        "label_title": word("heads", "sector", language),
        "language": language,
    }
    return [bar_chart(title, names, series, show_title=False, **options)]


def _first(paths: list[scenarios.SectorPath], sector: str, number: str | None = None) -> scenarios.SectorPath:
    return next(one for one in paths if one.sector == sector and number in (None, one.scenario))


def _fund(study: Study, language: str) -> list[Chart | None]:
    found = tables.fund(study)
    if not found:
        return []
    name = country_namer(language)
    series = [
        Series(word("heads", "contribution", language), [one.contribution for one in found]),
        Series(word("heads", "allocation", language), [one.allocation for one in found]),
    ]
    title = word("sheets", "fund", language)
    options = {
        "unit": "%",
        "digits": 0,
        "label_title": word("heads", "country", language),
        "language": language,
    }
    return [bar_chart(title, [name(one.country) for one in found], series, show_title=False, **options)]


DRAWN: dict[str, Callable[[Study, str], list[Chart | None]]] = {
    "trade": _trade,
    "prices": _prices,
    "scenarios": _scenarios,
    "shares": _shares,
    "fund": _fund,
}


def plain_findings(study: Study) -> dict:
    """Each figure by its address with status, printed and computed value, formula, reason in three languages."""
    found = trade.findings(study)
    return {
        "counts": {status.value: count for status, count in counted(found)},
        "figures": [
            {
                "address": one.entry.address,
                "source": one.entry.source,
                "unit": one.entry.unit,
                "status": one.status.value,
                "printed": None if one.entry.value is None else str(one.entry.value),
                "computed": None if one.computed is None else str(round(one.computed, 6)),
                "formula": one.formula,
                "reason": one.reason,
                "explanation": _explained(one),
                "note": one.entry.note,
            }
            for one in found
        ],
    }


def _explained(one: trade.Finding) -> dict[str, str]:
    if not one.reason:
        return {}
    return {language: word("reasons", one.reason, language, **one.params) for language in Language.values}
