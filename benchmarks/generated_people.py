"""Invented people for the benchmarks, with the slips that clerks make. The same seed gives the same people.

Names come from ../shared/data/names where that folder is, else from a few lists below; no real person stands behind
any of them. Two in ten people have a second record. Errors as in the domain document: no PIN 55 %, no ң ө ү 45 %,
Latin 10 %, a slip of a letter 12 %, names swapped 5 %, a wrong birth date 6 %. Two of five women changed the surname
when they married (no figure is known: this one is set): a record made before holds the old one, one made after the new
one. Half of those made after name the old one too, and two of five records hold the passport's spelling, which is of
the newest name.
"""

import csv
import datetime as dt
import os
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from common.kyrgyz import fold, to_latin
from pensions.linkage.scoring import Row

ROOT = Path(__file__).resolve().parents[1]
NAMES = Path(os.environ.get("KOZOT_SHARED_DIR", ROOT.parent / "shared")) / "data/names/names_synthetic.csv"
SHARES = (("ky", 0.70), ("uz", 0.14), ("tg", 0.06), ("ru", 0.10))
WITH_A_SECOND = 0.2
RATES = {"no_pin": 0.55, "flat": 0.45, "latin": 0.10, "slip": 0.12, "swapped": 0.05, "birth": 0.06}
# Women who took another surname; whose record tells the one before; whose record has the passport's spelling.
RATES |= {"married": 0.40, "former": 0.50, "passport": 0.40}
ROOTS = [
    "Асан",
    "Осмон",
    "Токто",
    "Мамат",
    "Абды",
    "Бек",
    "Эсен",
    "Жума",
    "Кадыр",
    "Сыдык",
    "Турдубай",
    "Алым",
    "Өмүрбек",
    "Ысак",
    "Бейшен",
    "Чынгыз",
    "Мырза",
    "Карим",
    "Нур",
    "Шерали",
    "Айтмат",
    "Баяман",
    "Дөөлөт",
    "Жээнбек",
    "Иса",
    "Кожо",
    "Медет",
    "Ормон",
    "Сапар",
    "Таштан",
    "Үсөн",
    "Эрмек",
    "Жапар",
    "Атай",
    "Болот",
    "Садыр",
]
GIVEN = {
    "m": [
        "Бакыт",
        "Азамат",
        "Нурлан",
        "Эрлан",
        "Талант",
        "Улан",
        "Максат",
        "Данияр",
        "Тилек",
        "Кубаныч",
        "Адилет",
        "Жолдош",
        "Өмүр",
        "Үсөн",
        "Сүйүн",
    ],
    "f": [
        "Жылдыз",
        "Айгүл",
        "Гүлнара",
        "Назгүл",
        "Бермет",
        "Асел",
        "Чолпон",
        "Гүлзат",
        "Нургүл",
        "Айпери",
        "Бегимай",
        "Мээрим",
        "Жибек",
    ],
}
_FLAT = str.maketrans("ңөүҢӨҮ", "ноуНОУ")


@dataclass(frozen=True)
class Person:
    """One record of a person: `person` is the label, the same for all records of one."""

    person: int
    family: str
    given: str
    patronymic: str
    born: dt.date
    sex: str
    pin: str
    other_family: str = ""  # of a woman: before the marriage, or after it while this is the person herself
    former: str = ""
    passport: tuple[str, str] = ("", "")

    def row(self, key: str, *, with_numbers: bool = True) -> Row:
        names = [_fold(name) for name in (self.family, self.given, self.patronymic)]
        numbers = [f"KG-PIN {self.pin}"] if self.pin and with_numbers else []
        kinds = ["KG-PIN"] if numbers else []
        forms = [(self.former, self.given), self.passport]
        others = [tuple(map(_fold, form)) for form in forms if form[0]]
        return Row.of(key, "KG", names, others, self.born, self.sex, numbers, kinds)


_fold = lru_cache(maxsize=1_000_000)(fold)


def lists() -> dict[str, dict[str, list[str]]]:
    """{language: {"family m": […], "given f": […], "patronymic m": […]}}"""
    found: dict = defaultdict(lambda: defaultdict(list))
    if NAMES.exists():
        for row in csv.DictReader(NAMES.open(encoding="utf8")):
            if row["script"] == "Armn":
                continue
            kind = "patronymic" if row["type"].startswith("patronymic") else row["type"]
            found[row["lang"]][f"{kind} {row['sex']}"].append(row["name"])
    else:
        for language, _share in SHARES:
            for sex, ending in (("m", "ов"), ("f", "ова")):
                found[language][f"family {sex}"] = [root + ending for root in ROOTS]
                found[language][f"given {sex}"] = GIVEN[sex]
                found[language][f"patronymic {sex}"] = [
                    f"{name} {'уулу' if sex == 'm' else 'кызы'}" for name in GIVEN["m"]
                ]
    _widen(found)
    return found


def _widen(found: dict) -> None:
    """Families made of given names, as families are: Бакыт → Бакытов, Бакыт уулу."""
    for names in found.values():
        fathers = [name for name in names["given m"] if name[-1] not in "аеёиоуыэюяйьaeiouy"]
        for sex, endings in (("m", ("ов", " уулу")), ("f", ("ова", " кызы"))):
            latin = bool(fathers) and fathers[0].isascii()
            for ending in endings:
                names[f"family {sex}"] += [name + (to_latin(ending) if latin else ending) for name in fathers]
            names[f"patronymic {sex}"] = names[f"patronymic {sex}"] or [""]


def people(count: int, seed: int) -> Iterator[Person]:
    """`count` people without a slip, each once."""
    chance, wed, names = random.Random(seed), random.Random(seed + 2), lists()
    languages, weights = zip(*SHARES, strict=True)
    start = dt.date(1956, 1, 1).toordinal()
    for number in range(count):
        mine = names[chance.choices(languages, weights)[0]]
        sex = chance.choice("mf")
        born = dt.date.fromordinal(start + chance.randrange(365 * 52))
        pin = f"{2 if sex == 'm' else 1}{born:%d%m%Y}{chance.randrange(100_000):05}"
        patronymic = chance.choice(mine[f"patronymic {sex}"])
        family, given = chance.choice(mine[f"family {sex}"]), chance.choice(mine[f"given {sex}"])
        married = sex == "f" and wed.random() < RATES["married"]
        other = wed.choice(mine["family f"]) if married else ""
        yield Person(number, family, given, patronymic, born, {"m": "male", "f": "female"}[sex], pin, other)


def records(count: int, seed: int) -> list[Person]:
    """`count` records of about eight tenths as many people, in no order, with slips in each."""
    chance = random.Random(seed + 1)
    made: list[Person] = []
    for one in people(count, seed):
        copies = 1 + (chance.random() < WITH_A_SECOND) + (chance.random() < WITH_A_SECOND / 4)
        made += [_slipped(one, chance) for _ in range(copies)]
        if len(made) >= count:
            break
    del made[count:]
    chance.shuffle(made)
    return made


def _slipped(one: Person, chance: random.Random) -> Person:
    def happens(what: str) -> bool:
        return chance.random() < RATES[what]

    is_after = bool(one.other_family) and chance.random() < 0.5
    newest = one.other_family or one.family
    former = one.family if is_after and happens("former") else ""
    passport = (to_latin(newest).upper(), to_latin(one.given).upper()) if happens("passport") else ("", "")
    names = [newest if is_after else one.family, one.given, one.patronymic]
    if happens("flat"):
        names = [name.translate(_FLAT) for name in names]
    if happens("slip"):
        place = chance.choice((0, 0, 1, 1, 2))
        names[place] = _mistyped(names[place], chance) if names[place] else ""
    if happens("latin"):
        names = [to_latin(name).upper() for name in names]
    if happens("swapped"):
        names[0], names[1] = names[1], names[0]
    if chance.random() < 0.15:
        names[2] = ""
    born = _wrong_date(one.born, chance) if happens("birth") else one.born
    pin = "" if happens("no_pin") else one.pin
    return replace(
        one,
        family=names[0],
        given=names[1],
        patronymic=names[2],
        born=born,
        pin=pin,
        former=former,
        passport=passport,
    )


def _mistyped(name: str, chance: random.Random) -> str:
    """A letter left out, doubled, exchanged with its neighbour, or another one."""
    place = chance.randrange(1, max(2, len(name) - 1))
    kind = chance.randrange(4)
    if kind == 0:
        return name[:place] + name[place + 1 :]
    if kind == 1:
        return name[:place] + name[place - 1] + name[place:]
    if kind == 2:
        return name[: place - 1] + name[place : place + 1] + name[place - 1] + name[place + 1 :]
    return name[:place] + chance.choice("аеиоукнрст") + name[place + 1 :]


def _wrong_date(day: dt.date, chance: random.Random) -> dt.date:
    """Day and month exchanged, one digit wrong, or the first of January."""
    kind = chance.randrange(4)
    if kind == 0 and day.day <= 12:
        return dt.date(day.year, day.day, day.month)
    if kind == 1:
        return dt.date(day.year, 1, 1)
    if kind == 2:
        return day.replace(year=day.year + chance.choice((-10, -1, 1, 10)), day=min(day.day, 28))
    return day.replace(day=1 + (day.day + chance.choice((1, 2, 9))) % 28)
