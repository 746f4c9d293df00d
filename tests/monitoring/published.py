"""A stranger's attack on everything that was ever released: written apart from the product, from the register alone."""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from monitoring.models import ReleasedFigure

SHARES = {
    "CASES_RESOLVED_SHARE": ("cases_resolved", "cases_closed"),
    "WORKERS_COVERED": ("workers_contributing", "workers_with_months"),
}
COUNTS = {"CASES_OPENED": "cases_opened", "WORKERS_REGISTERED": "workers_registered"}


class Unknowns:
    """Whole numbers that somebody does not know, and the statements that bind them."""

    def __init__(self):
        self.column: dict[tuple, int] = {}
        self.rows: list[tuple[dict, float, float]] = []
        self.floor: dict[tuple, float] = {}

    def say(self, terms: dict, low: float, high: float) -> None:
        for ref in terms:
            self.column.setdefault(ref, len(self.column))
        self.rows.append((terms, low, high))

    def bounds(self, ref: tuple) -> tuple[int, int]:
        """Smallest and largest whole number that the count can be."""
        matrix = np.zeros((len(self.rows), len(self.column)))
        for place, (terms, _low, _high) in enumerate(self.rows):
            for each, number in terms.items():
                matrix[place, self.column[each]] = number
        limits = LinearConstraint(matrix, [row[1] for row in self.rows], [row[2] for row in self.rows])
        floors = [self.floor.get(each, 0) for each in self.column]
        cost = np.zeros(len(self.column))
        cost[self.column[ref]] = 1
        ends = []
        for sign in (1, -1):
            found = milp(
                sign * cost,
                constraints=limits,
                integrality=np.ones(len(cost)),
                bounds=Bounds(floors, np.full(len(cost), 10_000.0)),
            )
            assert found.status == 0, found.message
            ends.append(float(found.x[self.column[ref]]))
        return round(ends[0]), round(ends[1])


class Stranger(Unknowns):
    """Unknowns are (item, key, vintage) of one period; statements are what readers saw, and common sense."""

    def __init__(self, period: str, items: list[str], breakdown: dict[str, list[str]]):
        super().__init__()
        told = ReleasedFigure.objects.filter(figure__period=period, release__channel="figures")
        self.vintages = list(
            dict.fromkeys(told.order_by("release__made_at").values_list("release_id", flat=True))
        )
        shown: dict[tuple, tuple] = {}
        for place, release in enumerate(self.vintages):
            rows = told.filter(release=release).values_list(
                "figure__indicator__code", "figure__key", "shown", "figure__state"
            )
            shown |= {(code, key): (number, state) for code, key, number, state in rows}
            self._read(place, shown)
            for item in items:
                for dimension, codes in breakdown.items():
                    parts = [(item, f"{dimension}={code}", place) for code in codes]
                    self.say({(item, "", place): 1} | dict.fromkeys(parts, -1), 0, 0)
            for part, whole in SHARES.values():
                if part in items:
                    self.say({(whole, "", place): 1, (part, "", place): -1}, 0, np.inf)
        for item, key, place in list(self.column):
            if place:
                self.say({(item, key, place): 1, (item, key, place - 1): -1}, 0, np.inf)

    def _read(self, place: int, shown: dict) -> None:
        for (code, key), (number, state) in shown.items():
            if code in COUNTS and number is not None:
                self.say({(COUNTS[code], key, place): 1}, float(number), float(number))
            elif code in COUNTS and state == "suppressed":
                self.floor[COUNTS[code], key, place] = 1
            elif code in SHARES and number is not None:
                part, whole = SHARES[code]
                reach = 1e-7
                self.say({(part, key, place): 100, (whole, key, place): -(float(number) - reach)}, 0, np.inf)
                self.say({(part, key, place): 100, (whole, key, place): -(float(number) + reach)}, -np.inf, 0)
