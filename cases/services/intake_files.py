"""Requests for help taken down elsewhere, from a table: what can be read comes in, the rest is told line by line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from accounts.enums import State
from accounts.models import Organisation
from cases.enums import CaseType, ContactChannel
from common.enums import Language
from common.errors import Invalid, KozotError
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from common.tables import values
from common.tables.guard import Limits
from common.tables.reader import open_table

from .intake import request_help

LIMITS = Limits(max_bytes=5 * 1024**2, max_rows=500, max_columns=30, max_unpacked=50 * 1024**2)
COLUMNS = {
    "text": ["what happened", "эмне болду", "что произошло", "что случилось"],
    "type": ["kind of trouble", "көйгөйдүн түрү", "вид проблемы"],
    "country": ["country", "өлкө", "страна"],
    "language": ["language", "тил", "язык"],
    "name": ["name", "аты", "имя", "фио"],
    "contact": ["telephone or e-mail", "телефон", "контакт"],
    "channel": ["how to reach", "кантип байланышуу", "как связаться"],
    "safe_hours": ["when it is safe", "качан коопсуз", "когда безопасно"],
}
CODED = {"type": CaseType, "country": State, "language": Language, "channel": ContactChannel}
ELSE = {"language": Language.KY, "channel": ContactChannel.NONE}


@dataclass
class TakenFile:
    """`receipts` of the requests that came in; `rejected`: (line, field, sentence)."""

    receipts: list[str] = field(default_factory=list)
    rejected: list[tuple[int, str, str]] = field(default_factory=list)


@service
def take_file(*, by: Any, organisation: Organisation, file: BinaryIO) -> TakenFile:
    """A request for each line. Nobody is called before the line says how it is safe: without a way, none is taken."""
    require(by, "cases.case.open")
    if organisation.pk not in by.organisation_ids():
        raise Invalid("other_organisation", _("You do not work for this organisation."), field="organisation")
    taken, known = TakenFile(), {name: _codes(kind) for name, kind in CODED.items()}
    with open_table(file, expected=COLUMNS, required=["text", "type", "country"], limits=LIMITS) as table:
        for line, record in table.records():
            try:
                made = request_help(by=by, organisation=organisation, **_read(record, known))
            except KozotError as error:
                taken.rejected.append((line, error.field, f"{error} {error.way_out}".strip()))
            else:
                taken.receipts.append(made.receipt)
    counts = {"taken": len(taken.receipts), "rejected": len(taken.rejected)}
    journal.record(by=by, verb=Verb.CREATED, obj=organisation, action="cases.case.open", details=counts)
    return taken


def _codes(kind: type[models.TextChoices]) -> dict[str, str]:
    """Every code under itself and under its words in each language."""
    found = {code: code for code in kind.values}
    for language in Language.values:
        with translation.override(language):
            found |= {str(label).casefold(): code for code, label in kind.choices}
    return {word.casefold(): code for word, code in found.items()}


def _read(record: Mapping[str, Any], known: dict[str, dict[str, str]]) -> dict[str, str]:
    read = {name: values.text(record.get(name)) for name in COLUMNS}
    for name, codes in known.items():
        if not read[name] and name in ELSE:
            read[name] = ELSE[name]
            continue
        if read[name].casefold() not in codes:
            raise Invalid(
                "unknown_word", _("“%(word)s” is not known here."), field=name, word=read[name][:50]
            )
        read[name] = codes[read[name].casefold()]
    for name, most in (("text", 5000), ("name", 200), ("contact", 200), ("safe_hours", 100)):
        if len(read[name]) > most:
            raise Invalid("too_long", _("At most %(most)s signs."), field=name, most=most)
    return read
