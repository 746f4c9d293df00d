import datetime as dt
import json
from collections import Counter
from functools import lru_cache

from common.keys import blind_index
from common.scrub import Inventor, Special
from common.scrub.treatments import Row
from pensions import registry_number
from pensions.enums import Sex
from pensions.identifiers import document_index
from pensions.invented_numbers import WITH_A_BIRTH_DATE, invented
from pensions.invented_numbers import registry_number as invented_registry_number
from pensions.models import Worker, WorkerName

NAMES = ("family_name", "given_name", "patronymic", "latin_family_name", "latin_given_name")
KEYS = ("search_key", "sort_key", "folded_names", "block_key", "latin_block_key")
FORMER, FORMER_KEYS = NAMES[:3], ("folded_names", "block_key")
NOTHING = json.dumps({"position": "", "declared": None, "rows": []})
BORN = ("worker__birth_on", "worker__sex")
SOMETIME = dt.date(1970, 1, 1)


def special(invent: Inventor) -> Special:
    """Numbers are invented one for one, so what two rows shared they still share; a worker's keys follow the names."""
    numbers = Numbers(invent)
    public = _public(invent)
    return Special(
        fields={
            **{
                f"{model}.number": public
                for model in ("Certificate", "CorrectionRequest", "Demand", "PensionClaim")
            },
            "Worker.registry_number": public,
            **{f"Worker.{name}": _key(invent, name) for name in KEYS},
            **{f"WorkerName.{name}": _former_key(invent, name) for name in FORMER_KEYS},
            "WorkerIdentifier.value": lambda value, row: numbers.of(row),
            "WorkerIdentifier.index": lambda value, row: blind_index(row["kind"], numbers.of(row)),
            "WorkerDocument.number": lambda value, row: _paper(invent, row),
            "WorkerDocument.index": lambda value, row: document_index(_paper(invent, row)),
            "AwardNumber.kind": lambda value, row: value,
            "EmployerClaim.content": lambda value, row: NOTHING,
            "DifferenceAnswer.figures": lambda value, row: "",
            "PeriodRequest.person": lambda value, row: "",
            "SigningKey.wrapped": lambda value, row: "",
        },
        sealed_by=dict.fromkeys(("WorkerIdentifier", "WorkerDocument", "WorkerReport"), "worker.key"),
        wanted={"WorkerIdentifier": BORN},
        order={"WorkerIdentifier": ("kind", "index", "pk")},
        shut={"Certificate"},
    )


class Numbers:
    """Rows come in the order of kind and index: those of one number follow each other."""

    def __init__(self, invent: Inventor):
        self._invent, self._last, self._made = invent, None, ""
        self._given: Counter = Counter()

    def of(self, row: Row) -> str:
        if self._last != (row["kind"], row["index"]):
            self._last = (row["kind"], row["index"])
            self._made = self._next(row["kind"], *(row[name] for name in BORN))
        return self._made

    def _next(self, kind: str, born: dt.date | None, sex: str) -> str:
        """Counted among those whose number would begin alike; kinds without a birth date inside, among all."""
        day, is_male = self._invent.day(born or SOMETIME), sex == Sex.MALE
        alike = (kind, day, is_male) if kind in WITH_A_BIRTH_DATE else (kind,)
        self._given[alike] += 1
        return invented(kind, self._given[alike], day, is_male)


def _public(invent: Inventor):
    """Another number of the same look, in groups where the real one stands so."""

    def number(value: str, row: Row) -> str:
        made = invented_registry_number(int.from_bytes(invent.digest("number", value)))
        return registry_number.show(made) if "-" in value else made

    return number


def _paper(invent: Inventor, row: Row) -> str:
    return f"XX{invent.number('paper', row['index']) % 10**7:07}"


def _key(invent: Inventor, name: str):
    """What an invented name is searched and sorted by. Former names are not in it: they are found in their own rows."""

    def key(value: str, row: Row) -> str:
        return value and getattr(_named(invent, *(row[name] for name in NAMES)), name)

    return key


@lru_cache(maxsize=8)
def _named(invent: Inventor, *names: str) -> Worker:
    worker = Worker(**{name: invent.name(text) for name, text in zip(NAMES, names, strict=True)})
    worker.fill_keys()
    return worker


def _former_key(invent: Inventor, name: str):
    def key(value: str, row: Row) -> str:
        made = WorkerName(**{part: invent.name(row[part]) for part in FORMER})
        made.fill_keys()
        return value and getattr(made, name)

    return key
