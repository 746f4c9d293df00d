"""What disclosure control has to look at: figures about persons, the counts behind each, the tables these form."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from django.conf import settings
from django.db.models import Exists, OuterRef

from monitoring import formula
from monitoring.disclosure import Config, Key
from monitoring.enums import ItemKind
from monitoring.models import DisclosureRun, Figure, Observation, ReleasedFigure
from monitoring.numbers import as_kept
from monitoring.periods import Frequency, Period
from monitoring.sources import dims_of, key_of

from .data import TrueData
from .release import TiedTable, Told, table_of

Place = tuple[str, str]
"""A table and a period: the item that all others of the table are part of, and the period's text."""


@dataclass(frozen=True, slots=True)
class Count:
    """One count of persons that a figure is made of."""

    item: str
    key: str
    period: str

    @property
    def cell(self) -> Key:
        return (self.item, self.key)


@dataclass(frozen=True)
class Computed:
    """A stored figure, its value with everything open, and the counts that it would tell."""

    figure: Figure
    value: formula.Value
    counts: tuple[Count, ...]


@dataclass
class Ground:
    """The counts of one table and period, with the rows that they stand in."""

    numbers: dict[Key, int] = field(default_factory=dict)
    rows: set[int] = field(default_factory=set)


@dataclass
class Plan:
    """All figures about persons as of now, in a number of queries that does not grow with them."""

    data: TrueData = field(default_factory=TrueData)

    @cached_property
    def indicators(self) -> list[str]:
        return sorted(code for code in self.data.indicators if self.data.about_persons(code))

    @cached_property
    def parents(self) -> dict[str, str]:
        return {code: item.part_of for code, item in self.data.items.items() if item.part_of}

    @cached_property
    def computed(self) -> list[Computed]:
        """Figures whose computation is up to date; one whose data are newer waits to be computed again."""
        newest = Figure.objects.as_of().filter(indicator__code__in=self.indicators)
        told = Exists(ReleasedFigure.objects.filter(figure=OuterRef("pk")))
        every = [self._open(figure) for figure in newest.annotate(is_told=told).select_related("indicator")]
        return [one for one in every if true_number(one.figure) == as_kept(one.value.known)]

    def _open(self, figure: Figure) -> Computed:
        shape = self.data.indicators[figure.indicator.code]
        evaluation = formula.evaluate(shape, Period.parse(figure.period), dims_of(figure.key), self.data)
        counts = {
            Count(used.name, key_of(dict(used.dims)), str(used.period))
            for used in evaluation.operands
            if self.data.items[used.name].about_persons
        }
        return Computed(
            figure, evaluation.value, tuple(sorted(counts, key=lambda one: (one.period, one.cell)))
        )

    def places(self, counts: Iterable[Count]) -> list[Place]:
        """Tables and periods that some counts stand in, each once. Counts that nobody reported stand in none."""
        return list(dict.fromkeys(place for one in counts if (place := self.place(one)) in self.grounds))

    def hiding(self, counts: Iterable[Count], runs: Mapping[Place, DisclosureRun]) -> list[Place]:
        """Where one of the counts may not be told: all tables that were refused, and cells of a pattern."""
        return [
            place
            for one in counts
            if (place := self.place(one)) in runs
            and (runs[place].refusal or cell_text(one.cell) in runs[place].pattern)
        ]

    def place(self, count: Count) -> Place:
        return self.root(count.item), count.period

    def root(self, item: str) -> str:
        """The item that gives its name to the table in which this one stands."""
        while item in self.parents:
            item = self.parents[item]
        return item

    @cached_property
    def grounds(self) -> dict[Place, Ground]:
        """Every table and period, the earliest period first."""
        found: dict[Place, Ground] = defaultdict(Ground)
        for count in {count for one in self.computed for count in one.counts}:
            series = self.data.series(count.item, dims_of(count.key))
            number = series.get(Period.parse(count.period), formula.MISSING).number
            if number is not None:
                ground = found[self.place(count)]
                ground.numbers[count.cell] = int(number)
                ground.rows.add(self.data.lineage.rows[count.item, count.key, count.period])
        return dict(sorted(found.items(), key=lambda one: (Period.parse(one[0][1]).first_day, one[0])))

    def table(self, place: Place) -> TiedTable:
        return table_of(self.grounds[place].numbers, self.parents)

    def config(self, place: Place) -> Config:
        """A person has at most one month in each month, so that few months are few persons."""
        item = self.data.items[place[0]]
        each = Frequency(item.frequency).months if item.unit == "months" else 1
        return Config(
            threshold=settings.DISCLOSURE_THRESHOLD * each,
            width=settings.DISCLOSURE_WIDTH * each,
            time_limit=settings.DISCLOSURE_SECONDS,
        )

    def neighbours(self, place: Place) -> list[Place]:
        """Periods in which a stock counts mostly the same persons."""
        if self.data.items[place[0]].kind != ItemKind.STOCK:
            return []
        period = Period.parse(place[1])
        return [(place[0], str(period.offset(step))) for step in (-1, 1)]


class History:
    """Disclosure runs so far, and the tables they looked at as they stood then. Two queries."""

    def __init__(self, parents: dict[str, str]) -> None:
        self.parents = parents
        self.runs: dict[Place, list[DisclosureRun]] = defaultdict(list)
        self._newest: dict[int, Told] = {}
        for run in DisclosureRun.everything.order_by("made_at", "pk"):
            self.add(run)

    def add(self, run: DisclosureRun, table: TiedTable | None = None) -> None:
        """`table`: what a run looked at that was made just now, so that nothing has to be read again."""
        self.runs[run.table, run.period].append(run)
        if table is not None:
            self._newest[run.pk] = Told(str(run.pk), table, hidden_in(run))

    def newest(self, place: Place) -> DisclosureRun | None:
        return self.runs[place][-1] if self.runs[place] else None

    @cached_property
    def _rows(self) -> dict[int, tuple[str, str, Decimal]]:
        wanted = {row for runs in self.runs.values() for run in runs for row in run.observations}
        rows = Observation.objects.filter(pk__in=wanted).values_list("pk", "item__code", "key", "value")
        return {pk: (item, key, value) for pk, item, key, value in rows}

    def told(self, place: Place) -> list[Told]:
        """What each run of a table and period told, the oldest first. A refused run told nothing."""
        return [self._told(run) for run in self.runs[place] if not run.refusal]

    def newest_told(self, place: Place) -> Told | None:
        """What readers have of a table now; None while it was refused."""
        run = self.newest(place)
        if run is None or run.refusal:
            return None
        if run.pk not in self._newest:
            self._newest[run.pk] = self._told(run)
        return self._newest[run.pk]

    def _told(self, run: DisclosureRun) -> Told:
        missing = set(run.observations) - set(self._rows)
        if missing:
            del self._rows
        numbers = {self._rows[row][:2]: int(self._rows[row][2]) for row in run.observations}
        return Told(str(run.pk), table_of(numbers, self.parents), hidden_in(run))


def hidden_in(run: DisclosureRun) -> frozenset[Key]:
    return frozenset(cell_of(text) for text in run.pattern)


def cell_text(cell: Key) -> str:
    return " ".join(cell).strip()


def cell_of(text: str) -> Key:
    item, _space, key = text.partition(" ")
    return item, key


def true_number(figure: Figure) -> Decimal | None:
    return figure.restricted if figure.value is None else figure.value
