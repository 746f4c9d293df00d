"""A small catalogue of data items kept in dictionaries, as the seam of the formula room asks for."""

from collections.abc import Mapping

from monitoring.formula import Indicator, Item, Kind, Many, parse, value
from monitoring.periods import Frequency, Period

A, Q, M = Frequency.ANNUAL, Frequency.QUARTERLY, Frequency.MONTHLY

ITEMS = (
    Item("resolved", "complaints", Q, Kind.FLOW, ("SEX", "DEST")),
    Item("received", "complaints", Q, Kind.FLOW, ("SEX", "DEST")),
    Item("issued", "documents", M, Kind.FLOW, ("SEX",)),
    Item("arrivals", "persons", M, Kind.FLOW, ("SEX",)),
    Item("bans", "persons", M, Kind.STOCK, ("SEX",)),
    Item("stock_q", "persons", Q, Kind.STOCK, ("SEX",)),
    Item("population", "persons", A, Kind.STOCK, ("SEX",)),
    Item("departures", "persons", A, Kind.FLOW, ("SEX",)),
    Item("cpi", "index", M, Kind.RATE),
    Item("rate_q", "percent", Q, Kind.RATE, ("SEX",)),
    Item("days_taken", "days", M, Kind.RECORDS, ("SEX",), record_set="permits"),
    Item("wage_before", "KGS", Q, Kind.RECORDS, record_set="graduates"),
    Item("wage_after", "KGS", Q, Kind.RECORDS, record_set="graduates"),
    Item("opened_on", "date", Q, Kind.RECORDS, record_set="cases"),
    Item("closed_on", "date", Q, Kind.RECORDS, record_set="cases"),
    Item("budget", "thousand KGS", Q, Kind.FLOW),
    Item("spent", "KGS", Q, Kind.FLOW),
    Item("by_birth", "persons", Q, Kind.STOCK, basis="by_birth"),
    Item("registered", "persons", Q, Kind.STOCK, basis="registered"),
)


class Catalogue:
    """`figures[name, dims as sorted pairs][period]`; read with `put`."""

    def __init__(self, *indicators: Indicator) -> None:
        self.known = {item.name: item for item in ITEMS} | {ind.code: ind for ind in indicators}
        self.figures: dict = {}
        self.groups = {"SEX": ("F", "M"), "DEST": ("KZ", "RU")}

    def lookup(self, name: str):
        return self.known.get(name)

    def codes(self, name: str, dimension: str):
        return self.groups[dimension] if dimension in self.known[name].dimensions else ()

    def series(self, name: str, dims: Mapping[str, str]):
        return self.figures.get((name, tuple(sorted(dims.items()))), {})

    def put(self, name: str, period: str, result, **dims: str) -> "Catalogue":
        if isinstance(result, dict):
            result = Many(
                {key: one if not isinstance(one, int) else value(one) for key, one in result.items()}
            )
        elif isinstance(result, int | str):
            result = value(result)
        self.figures.setdefault((name, tuple(sorted(dims.items()))), {})[Period.parse(period)] = result
        return self


def indicator(
    text: str, frequency: Frequency = Q, unit: str = "", dimensions=(), code: str = "IND"
) -> Indicator:
    return Indicator(code, parse(text), unit, frequency, tuple(dimensions))
