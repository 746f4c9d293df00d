"""Turns a snapshot into the words of one language; every renderer reads this and only lays it out."""

import datetime as dt
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from common import charts, formatting
from common.charts.grids import PLACES
from common.tables.columns import SUPPRESSED
from monitoring.codelists import code_of
from monitoring.units import unit_name
from reports import quantities
from reports.content import NUMERIC, WITHHELD, Chart, SectionContent, Sentence, Table, Value
from reports.sentences import LABELS, NONE, SECTIONS, SENTENCES, STATES

MARK = "*"


@dataclass
class Document:
    """An edition in one language, ready to be laid out."""

    title: str
    language: str
    period: str
    as_of: dt.datetime
    facts: list[tuple[str, str]]
    sections: list["SectionWords"] = field(default_factory=list)
    unreviewed: bool = False
    notice: str = ""

    @property
    def ids(self) -> list[str]:
        """Short ids of the figures that its tables print, each once, in reading order."""
        cells = (
            cell
            for section in self.sections
            for block in section.blocks
            if isinstance(block, TableWords)
            for row in block.rows
            for cell in row
        )
        return list(dict.fromkeys(cell.id for cell in cells if cell.id))


@dataclass
class SectionWords:
    code: str
    title: str
    blocks: list[Any]


@dataclass
class Paragraph:
    text: str
    tone: str = ""
    type: str = "paragraph"


@dataclass
class Cell:
    """`text` for people; `number` for machines and spreadsheets; `id` to trace the figure by."""

    text: str
    number: str = ""
    digits: int = 0
    kind: str = "text"
    id: str = ""


@dataclass
class TableWords:
    title: str
    columns: list[str]
    rows: list[list[Cell]]
    source: str = ""
    type: str = "table"


def ids_apart(block: TableWords) -> TableWords:
    """The same table, and where its figures can be traced, a last column with their ids."""
    found = [", ".join(cell.id for cell in row if cell.id) for row in block.rows]
    if not any(found):
        return block
    rows = [[*row, Cell(ids, kind="id")] for row, ids in zip(block.rows, found, strict=True)]
    return TableWords(block.title, [*block.columns, "id"], rows, block.source)


@dataclass
class ChartWords:
    title: str
    chart: charts.Chart
    source: str = ""
    type: str = "chart"


class MissingWords(LookupError):
    """A sentence, label or title has no words in this language: the build stops and says where."""


class Speaker:
    """Says values and blocks in one language; remembers whether anything unreviewed was said."""

    def __init__(self, language: str):
        self.language = language
        self.unreviewed = False

    def section(self, content: SectionContent) -> SectionWords:
        with translation.override(self.language):
            title = str(SECTIONS[content.code])
            try:
                return SectionWords(content.code, title, [self._block(block) for block in content.blocks])
            except MissingWords as error:
                raise MissingWords(f"{title}: {error}") from error

    def _block(self, block: Sentence | Table | Chart):
        if isinstance(block, Sentence):
            return Paragraph(self.sentence(block), block.tone)
        if isinstance(block, Table):
            return TableWords(
                self.cell(block.title).text,
                [self.label(code) for code in block.columns],
                [[self.cell(value) for value in row] for row in block.rows],
                block.source,
            )
        return self.chart(block)

    def sentence(self, block: Sentence) -> str:
        template = SENTENCES[block.code]
        if callable(template):
            count = int(Decimal(block.values["count"].number or 0))
            template = template(count) if count else NONE.get(block.code) or template(count)
        said = str(template) % {name: self.cell(value).text for name, value in block.values.items()}
        return said[:-1] if said.endswith("..") else said  # the stop of "2026 г." ends the sentence too

    def label(self, code: str) -> str:
        """The words of a code; "period:2026-Q3" is a column of its own."""
        if code.startswith("period:"):
            return formatting.period(code.removeprefix("period:"), self.language)
        if code not in LABELS and code.startswith("unit."):
            return unit_name(code.removeprefix("unit."))  # one of an indicator that the house defined later
        if code not in LABELS:
            raise MissingWords(code)
        return str(LABELS[code])

    def cell(self, value: Value) -> Cell:
        if value.kind in STATES:
            return Cell(str(STATES[value.kind]), kind=value.kind, id=value.id)
        if value.kind in NUMERIC and not value.number:
            raise MissingWords(_("a figure without its number (%(id)s)") % {"id": value.id or "—"})
        if value.kind == "number":
            return Cell(
                formatting.decimal(Decimal(value.number), value.digits, self.language),
                value.number,
                value.digits,
                "number",
                value.id,
            )
        if value.kind == "percent":
            return Cell(
                formatting.percent(Decimal(value.number), value.digits, self.language),
                value.number,
                value.digits,
                "percent",
                value.id,
            )
        if value.kind in {"quantity", "points"}:
            return self._quantity(value)
        if value.kind == "words":
            return Cell(self._words(value))
        if value.kind == "code":
            return Cell(self.label(value.number))
        if value.kind == "date":
            day = dt.date.fromisoformat(value.number)
            return Cell(formatting.date_short(day, self.language), kind="date")
        if value.kind == "period":
            return Cell(formatting.period(value.number, self.language), kind="period")
        return Cell(value.number)

    def _quantity(self, value: Value) -> Cell:
        """A number with its unit, in the form that its sentence needs."""
        number = formatting.rounded(Decimal(value.number), value.digits)
        text = quantities.said(number, value.unit, formatting.decimal(number, value.digits, self.language))
        return Cell(text, value.number, value.digits, value.kind, value.id)

    def _words(self, value: Value) -> str:
        text = value.words.get(self.language, "")
        if not text:
            raise MissingWords(str(value.words))
        if self.language in value.unreviewed:
            self.unreviewed = True
            return f"{text}\u00a0{MARK}"  # never alone on a line
        return text

    def chart(self, block: Chart) -> ChartWords:
        """The chart drawn with words and numbers of this language."""
        title = self.cell(block.title).text
        labels = list(
            dict.fromkeys(self.cell(label).text for one in block.series for label, _number in one["points"])
        )
        series = [
            charts.Series(self.cell(one["name"]).text, self._values(one["points"], labels))
            for one in block.series
        ]
        unit = self.label(f"unit.{block.unit}") if block.unit else ""
        if block.kind == "intervals":
            return ChartWords(title, self._intervals(title, labels, series, block.digits), block.source)
        if block.kind == "map":
            return ChartWords(title, self._map(title, block, series[0], unit), block.source)
        if block.kind == "flow":
            return ChartWords(title, self._flow(title, block, unit), block.source)
        draw = {"line": charts.line_chart, "board": charts.board_chart}.get(block.kind, charts.bar_chart)
        chart = draw(
            title, labels, series, unit=unit, digits=block.digits, language=self.language, show_title=False
        )
        return ChartWords(title, chart, block.source)

    def _map(self, title: str, block: Chart, series: charts.Series, unit: str) -> charts.Chart:
        names = {code: code_of("REF_AREA", code).name(self.language) for code in PLACES}
        values = dict(zip(block.series[0]["codes"], series.values, strict=True))
        return charts.oblast_map(
            title,
            values,
            names,
            unit=unit,
            digits=block.digits,
            language=self.language,
            show_title=False,
        )

    def _flow(self, title: str, block: Chart, unit: str) -> charts.Chart:
        (one,) = block.series
        here, inward = self.cell(one["name"]).text, one.get("inward", False)
        flows = [
            charts.Flow(there, here, number) if inward else charts.Flow(here, there, number)
            for there, number in ((self.cell(label).text, _point(value)) for label, value in one["points"])
        ]
        return charts.flow_chart(
            title,
            flows,
            unit=unit,
            digits=block.digits,
            language=self.language,
            show_title=False,
            sums=False,  # a sum that stands in no table has no id to be traced by
        )

    def _intervals(self, title: str, labels: list[str], series: list, digits: int) -> charts.Chart:
        ends = zip(labels, *(one.values for one in series), strict=True)
        estimates = [charts.Estimate(*each) for each in ends]
        return charts.interval_chart(
            title, estimates, digits=digits, language=self.language, show_title=False
        )

    def _values(self, points: list, labels: list[str]) -> list[Decimal | None]:
        known = {self.cell(label).text: _point(number) for label, number in points}
        return [known.get(label) for label in labels]


def _point(number: str | None) -> Decimal | object | None:
    if number is None:
        return None
    return SUPPRESSED if number == WITHHELD else Decimal(number)


def document(edition, language: str) -> Document:
    """The whole edition in one language."""
    from common.translated import words
    from reports.content import unpack

    speaker = Speaker(language)
    sections = [speaker.section(one) for one in unpack(edition.snapshot)]
    _add_texts(edition, language, sections)
    with translation.override(language):
        return Document(
            title=words(edition.definition, "title", language)[0],
            language=language,
            period=formatting.period(edition.period, language),
            as_of=edition.as_of,
            facts=_colophon(edition, language),
            sections=sections,
            unreviewed=speaker.unreviewed,
            notice=_("* This translation has not been reviewed by a native speaker.")
            if speaker.unreviewed
            else "",
        )


def texts_of(edition, language: str) -> dict[str, str]:
    """{section: the editors' words} in one language, as they stand; sections without words are left out."""
    newest = edition.texts.filter(language=language).order_by("number").values_list("section", "text")
    return {section: text for section, text in dict(newest).items() if text}


def _add_texts(edition, language: str, sections: list[SectionWords]) -> None:
    """The editors' words at the head of their sections. What one language says, all have to say."""
    said = texts_of(edition, language)
    anywhere = set().union(*(texts_of(edition, other) for other in formatting.LANGUAGES))
    for section in sections:
        if section.code in anywhere and section.code not in said:
            with translation.override(language):
                raise MissingWords(_("%(section)s: the words of the editors") % {"section": section.title})
        parts = re.split(r"\n\s*\n", said.get(section.code, ""))
        section.blocks[:0] = [Paragraph(part.strip()) for part in parts if part.strip()]


def _colophon(edition, language: str) -> list[tuple[str, str]]:
    return [
        (_("As known on"), formatting.datetime_short(timezone.localtime(edition.as_of), language)),
        (_("Edition"), str(edition.number)),
        *([(_("Corrects edition"), str(edition.corrects.number))] if edition.corrects else []),
        (_("Snapshot"), edition.digest[:16]),
        (_("Head of the journal"), edition.journal_head[:16] or "—"),
        (_("Head of the control register"), edition.register_head[:16] or "—"),
    ]
