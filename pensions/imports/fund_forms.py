"""XML of the Russian fund: insured stage (СЗВ-СТАЖ, ЕФС-1 sub-section 1.2) and events of work (СЗВ-ТД, ЕФС-1
sub-section 1.1), as a table of stretches of work.

Element names as public generators and checked files have them (PENSIONS.md 5.1 and 5.2). They are taken by their
local names, since the name space changes with each edition of the form. The file is read as a stream: no tree is
built, no document type, entity or outside reference is allowed, and depth and length of texts are bounded.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from common.tables import encoding, errors
from common.tables.guard import Limits
from common.tables.reader import OpenTable, Row
from common.tables.values import text as shown
from pensions.enums import EventKind
from pensions.fund_conditions import MORE, condition

from . import fund_events

CHUNK = 64 * 1024
DEEPEST = 40
LONGEST_TEXT = 4_000

# Column key → title of the table in which rejected rows go back.
TITLES = {
    "element": "Элемент",
    "kind": "Тип",
    "employer": "ИНН работодателя",
    "family_name": "Фамилия",
    "given_name": "Имя",
    "patronymic": "Отчество",
    "birth_on": "Дата рождения",
    "RU-SNILS": "СНИЛС",
    "start_on": "С",
    "end_on": "По",
    "opened_by": "Вид начала",
    "closed_by": "Вид окончания",
    "event_id": "UUID",
    "closing_event_id": "UUID окончания",
    "position": "Должность",
    "occupation": "Код ОКЗ",
    "unit": "Структурное подразделение",
    "share_of_rate": "Доля ставки",
    "basis_document": "Основание",
    "closing_document": "Основание окончания",
    "dismissal_ground": "Основание увольнения",
    "special_conditions": "Льготный стаж",
}
KEYS = list(TITLES)
# The same as a table of its own: rejected rows that were mended are sent again so. "stretches" is its format.
STRETCHES = "stretches"
FORMATS = {"xml", STRETCHES}
TEMPLATES = {
    STRETCHES: (
        {key: (title,) for key, title in TITLES.items()},
        ("element", "family_name", "start_on", "end_on"),
    )
}
FORMS = {"СЗВ-СТАЖ", "СЗВ-ИСХ", "СЗВ-ТД", "ЕФС-1", "ЕФС1"}
# The kinds that the form СЗВ-СТАЖ has, by the numbers under which programs write them.
NUMBERED = {"0": "Исходная", "1": "Дополняющая", "2": "Назначение пенсии"}
# Said of a whole form and not of a person: whether contributions were charged and paid. No amounts.
SAID = ("СВ", "Уплата")
MOST_NOTED, MOST_DAYS = 40, 1_000  # days of one code
# What a form tells of itself and of its sender; nothing of it belongs into a person's record.
_HEAD = {
    "РегНомер",
    "ИНН",
    "КПП",
    "ОГРН",
    "КодПоОКВЭД",
    "Наименование",
    "НаименованиеОрганизации",
    "Код",
    "Год",
}
_HEAD |= {"КоличествоЗЛ", "ДатаЗаполнения", "ДатаВремя", "GUID"}
_HEAD_PARTS = {"СлужебнаяИнформация", "Руководитель", "ОснованияДНП"}
_PERSON = {
    "Фамилия": "family_name",
    "Имя": "given_name",
    "Отчество": "patronymic",
    "СНИЛС": "RU-SNILS",
    "ДатаРождения": "birth_on",
}
_EVENT = {
    "UUID": "event_id",
    "Дата": "on",
    "Вид": "kind",
    "Должность": "position",
    "КодВФ": "occupation",
    "КодВФпоОКЗ": "occupation",
    "СтруктурноеПодразделение": "unit",
}


def open_form(stream: BinaryIO, size: int, limits: Limits) -> OpenTable:
    """The rows of a form under our columns. A TableError when it is none, is unsafe or damaged; what is found
    damaged only later is raised while rows are read."""
    form = _Form()
    rows = _rows(form, stream, limits)
    first = next(rows, None)
    if first is None:
        raise errors.WrongForm(forms="СЗВ-СТАЖ, СЗВ-ИСХ, СЗВ-ТД, ЕФС-1")
    places = {key: place for place, key in enumerate(KEYS) if key != "element"}
    notes = {"skipped": [], "said": form.said, "unread": form.unread, "codes": form.codes}
    table = OpenTable("xml", list(TITLES.values()), 0, places, notes, _again(first, rows))
    table._share = lambda: stream.tell() / size
    return table


def _again(first: Row, rows: Iterator[Row]) -> Iterator[Row]:
    yield first
    yield from rows


def _rows(form: "_Form", stream: BinaryIO, limits: Limits) -> Iterator[Row]:
    try:
        parser = DefusedXMLParser(
            target=form,
            encoding=_real_encoding(stream),
            forbid_dtd=True,
            forbid_entities=True,
            forbid_external=True,
        )
        stream.seek(_beginning(stream))
        count = 0
        while True:
            chunk = stream.read(CHUNK)
            try:
                parser.feed(chunk) if chunk else parser.close()
            except ParseError:
                if not form.over:
                    raise
                chunk = b""  # whatever stands behind the end of the document
                form.close()
            while form.found:
                count += 1
                if count > limits.max_rows:
                    raise errors.TooManyRows(limit=limits.max_rows)
                record = form.found.popleft()
                yield Row(count, [record.get(key) for key in KEYS])
            if not chunk:
                return
    except DefusedXmlException as error:
        raise errors.UnsafeXml() from error
    except ParseError as error:
        raise errors.DamagedXml(line=error.position[0]) from error
    except (LookupError, ValueError) as error:
        raise errors.DamagedXml(line=parser.parser.CurrentLineNumber) from error


_BLANK = b"\r\n\t \0"


def _beginning(stream: BinaryIO) -> int:
    """Where the document begins: nothing may stand before its declaration, but empty lines do."""
    stream.seek(0)
    start = stream.read(256)
    place = start.find(b"<")
    if place < 1 or start[:place].strip(_BLANK):
        return 0
    return place - place % 2 if b"\0" in start[: place + 2] else place


_WIDE = {"utf-16": "UTF-16", "utf-16-le": "UTF-16LE", "utf-16-be": "UTF-16BE"}  # as the parser calls them
_DECLARED = re.compile(rb"""<\?xml[^>]*encoding=["']([\w.-]+)""")


def _real_encoding(stream: BinaryIO) -> str | None:
    """None where the declaration is true; what the bytes are where it is not, as after a save by another program."""
    stream.seek(0)
    start = stream.read(256)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "UTF-16"
    if start.startswith(b"\xef\xbb\xbf"):
        return None
    found = _DECLARED.search(start)
    declared = (found[1].decode().lower() if found else "utf-8").replace("windows-", "cp")
    real = encoding.detect_encoding(stream).removesuffix("-sig")
    return None if declared == real else _WIDE.get(real, real)


@dataclass
class _Form:
    """The parser's target: collects what belongs to one person and lets go of it as rows.

    `said`: what stands for the whole form, [element, text]. `unread`: elements that nobody here reads, and how often
    each stood there. `codes`: which stretches were no plain work, by the day on which they begin, and how many of them.
    """

    found: deque = field(default_factory=deque)
    path: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    length: int = 0
    over: bool = False  # the document is whole
    form: str = ""
    kind: str = ""
    employer: str = ""
    persons: int = 0
    person: dict[str, str] | None = None
    periods: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    nodes: list[tuple[str, dict]] = field(default_factory=list)  # open elements of a privileged stage
    said: list[list[str]] = field(default_factory=list)
    unread: dict[str, int] = field(default_factory=dict)
    codes: dict[str, dict[str, int]] = field(default_factory=dict)

    def start(self, tag: str, attributes: dict) -> None:
        name = tag.rpartition("}")[2]
        self.path.append(name)
        if len(self.path) > DEEPEST:
            raise ValueError("too deep")
        self.text, self.length = [], 0
        if name in FORMS:
            self._let_go()
            self.form, self.kind, self.persons = name, "", 0
        elif name == "ЗЛ":
            self._let_go()
            self.persons += 1
            self.person = {}
        elif self.person is not None and name == "СтажевыйПериод":
            self.periods.append({"special": []})
        elif self.person is not None and name == "Мероприятие":
            self.events.append({})
        elif self.nodes or name == "ЛьготныйСтаж":
            self.nodes.append((name, {}))

    def data(self, text: str) -> None:
        self.length += len(text)
        if self.length > LONGEST_TEXT:
            raise ValueError("text too long")
        self.text.append(text)

    def end(self, tag: str) -> None:
        name, text = self.path.pop(), "".join(self.text).strip()
        self.over = not self.path
        self.text, self.length = [], 0
        if self.nodes:
            self._end_of_condition(name, text)
        elif self.events and "Мероприятие" in self.path:
            self._end_in_event(name, text)
        elif self.periods and "СтажевыйПериод" in self.path:
            if name in {"С", "По"}:
                self.periods[-1][name] = text
            else:
                self._leave(name, text)
        elif self.person is not None and name == "ДатаУвольнения":
            self.person["dismissed"] = text
        elif self.person is not None and "ЗЛ" in self.path:
            if name in _PERSON:
                self.person |= {_PERSON[name]: text} if text else {}
            else:
                self._leave(name, text)
        else:
            self._end_in_form(name, text)

    def close(self) -> None:
        self._let_go()

    def _end_in_form(self, name: str, text: str) -> None:
        """Outside of any person, before the people or after them."""
        above = self.path[self.path.index(self.form) + 1 :] if self.form in self.path else None
        if name == "Тип" and above == []:
            self.kind = NUMBERED.get(text, text) if self.form == "СЗВ-СТАЖ" else text
        elif name == "ИНН" and {"Страхователь", "Работодатель"} & set(self.path):
            self.employer = text
        elif above is None or name in _HEAD or _HEAD_PARTS & set(above):
            return
        elif [*above, name][0] in SAID:
            if text and len(self.said) < MOST_NOTED:
                self.said.append(["/".join([*above, name]), text])
        else:
            self._leave(name, text)

    def _leave(self, name: str, text: str) -> None:
        """Notes an element that nobody reads, so that it is not dropped without a word."""
        if not text:
            return
        start = self.path.index(self.form) if self.form in self.path else 0
        place = "/".join([*self.path[start:], name])
        if place in self.unread or len(self.unread) < MOST_NOTED:
            self.unread[place] = self.unread.get(place, 0) + 1

    def _end_of_condition(self, name: str, text: str) -> None:
        _name, node = self.nodes.pop()
        value = node or text
        if self.nodes:
            self.nodes[-1][1][name] = value
        elif self.periods:
            self.periods[-1]["special"] += list(node.items())

    def _end_in_event(self, name: str, text: str) -> None:
        event = self.events[-1]
        if name in _EVENT and text and not (name == "Дата" and self.path[-1] != "Мероприятие"):
            event[_EVENT[name]] = text
        elif "Основание" in self.path or name == "Основание":
            told = shown(fund_events.day(text) or text) if name == "Дата" else text
            event["basis"] = " ".join(part for part in (event.get("basis", ""), told) if part)
        elif self._is_ground(name) and fund_events.may_end(event):
            event["ground"] = " ".join(part for part in (event.get("ground", ""), text) if part)
        elif name not in _EVENT:
            self._leave(name, text)

    def _is_ground(self, name: str) -> bool:
        return name == "Причина" or "ОснованиеУвольнения" in (*self.path, name)

    # --- rows ---

    def _let_go(self) -> None:
        """A person is over: what was told becomes rows."""
        if self.person is not None:
            for place, period in enumerate(self.periods, start=1):
                self._add(f"СтажевыйПериод[{place}]", **self._stage(period))
            for place, row in fund_events.worked(self.events):
                self._add(f"Мероприятие[{place}]", **row)
            if not self.periods and not self.events:
                self._add("")
        self.person, self.periods, self.events = None, [], []

    def _add(self, element: str, **values: Any) -> None:
        told = {key: value for key, value in self.person.items() if key != "dismissed"}
        place = "/".join(part for part in (self.form, f"ЗЛ[{self.persons}]", element) if part)
        self.found.append(
            {"element": place, "kind": self.kind or None, "employer": self.employer or None, **told, **values}
        )

    def _stage(self, period: dict[str, Any]) -> dict[str, Any]:
        ends = period.get("По") or None
        dismissed = ends is not None and self.person.get("dismissed") == ends
        self._note_codes(period)
        return {
            "start_on": period.get("С") or None,
            "end_on": ends,
            "opened_by": None,
            "closed_by": EventKind.DISMISSAL.value if dismissed else None,
            **condition(period["special"]),
        }

    def _note_codes(self, period: dict[str, Any]) -> None:
        begins = fund_events.day(period.get("С") or period.get("По"))
        day = begins.isoformat() if begins else ""
        for code in (text for kind, text in period["special"] if kind == MORE and isinstance(text, str)):
            if code and (code in self.codes or len(self.codes) < MOST_NOTED):
                days = self.codes.setdefault(code, {})
                kept = day if day in days or len(days) < MOST_DAYS else ""
                days[kept] = days.get(kept, 0) + 1
