"""What a file's columns mean, written once as YAML and kept with every submission (docs/howto/datasets.md)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

import yaml
from django.utils.translation import gettext_lazy as _

from common.errors import Invalid
from monitoring.codelists import LIST_OF, code_lists
from monitoring.enums import ItemBasis, ItemKind, RevisionReason
from monitoring.periods import Frequency

LAYOUTS = ("table", "sdmx-csv", "sdmx-ml")
KEYS = {
    "title", "source", "licence", "layout", "sheet", "item", "period", "value", "values", "dimensions",
    "keep", "missing", "withheld", "scale", "decimal", "items", "reason", "basis",
}  # fmt: skip
ITEM_KEYS = {
    "code", "title", "unit", "frequency", "kind", "basis", "dimensions", "source", "licence",
}  # fmt: skip


@dataclass(frozen=True)
class From:
    """Where a code comes from: one for the whole file, a column, or (wide tables) the place of a repeated head."""

    constant: str = ""
    column: str = ""
    codes: dict[str, str] = field(default_factory=dict)
    list: str = ""
    heads: tuple[str, ...] = ()
    within: str = ""
    """Of a period given as a day: the frequency of the period that it lies in."""


@dataclass(frozen=True)
class Mapping:
    title: str
    source: str
    licence: str
    layout: str
    sheet: str
    item: From
    period: From
    value: str
    values: dict[str, str]
    dimensions: dict[str, From]
    keep: dict[str, frozenset[str]]
    missing: frozenset[str]
    withheld: frozenset[str]
    scale: Decimal
    decimal: str
    items: tuple[dict[str, Any], ...]
    basis: str
    reason: str
    raw: dict[str, Any]

    @property
    def is_wide(self) -> bool:
        """Periods stand in the heads of columns."""
        return not self.period.column and not self.period.constant

    @property
    def columns(self) -> list[str]:
        """Every column that the file must have."""
        found = [self.item.column, self.period.column, *(one.column for one in self.dimensions.values())]
        found += [*self.values, *self.keep]
        if not self.is_wide and not self.values:
            found.append(self.value)
        return list(dict.fromkeys(name for name in found if name))

    @property
    def item_codes(self) -> set[str]:
        """Data items that the mapping names."""
        return {*self.values.values(), *self.item.codes.values(), self.item.constant} - {""}


def read_mapping(text: str | bytes) -> Mapping:
    """Raises Invalid naming the key that does not hold."""
    try:
        raw = yaml.safe_load(text)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        raise _wrong(_("it is not YAML (line %(line)s)"), line=mark.line + 1 if mark else 1) from error
    if not isinstance(raw, dict):
        raise _wrong(_("it must be a list of keys and values"))
    return mapping_of(raw)


def mapping_of(raw: dict[str, Any]) -> Mapping:
    _known(raw, KEYS, "")
    layout = raw.get("layout", "table")
    if layout not in LAYOUTS:
        raise _wrong(_("layout is one of %(known)s"), known=", ".join(LAYOUTS))
    sdmx = layout != "table"
    values = _texts(raw.get("values") or {}, "values")
    if not values and not raw.get("item"):
        raise _wrong(_("it needs “item” (a code or a column) or “values” (a column for each item)"))
    return Mapping(
        title=str(raw.get("title", "")),
        source=str(raw.get("source", "")),
        licence=str(raw.get("licence", "")),
        layout=layout,
        sheet=str(raw.get("sheet", "")),
        item=_from(raw.get("item") or {}, "item"),
        period=_from(raw.get("period") or ({"column": "TIME_PERIOD"} if sdmx else {}), "period"),
        value=_value_column(raw.get("value"), sdmx),
        values=values,
        dimensions={
            str(name): _from(one, f"dimensions.{name}", default_list=LIST_OF.get(str(name), ""))
            for name, one in (raw.get("dimensions") or {}).items()
        },
        keep={
            str(column): frozenset(map(str, _list(codes)))
            for column, codes in (raw.get("keep") or {}).items()
        },
        missing=frozenset(map(str, _list(raw.get("missing", ["..", "...", "NA", "n/a", "NaN", "~"])))),
        withheld=frozenset(map(str, _list(raw.get("withheld", ["c", "*"])))),
        scale=_number(raw.get("scale", 1)),
        decimal=_one_of(raw.get("decimal", ""), [".", ","], "decimal"),
        items=tuple(_item(one, raw) for one in raw.get("items") or ()),
        basis=_one_of(raw.get("basis", ""), ItemBasis.values, "basis"),
        reason=_one_of(raw.get("reason", RevisionReason.LATE_DATA), RevisionReason.values, "reason"),
        raw=raw,
    )


def _wrong(what: Any, **params: Any) -> Invalid:
    return Invalid(
        "mapping", _("The mapping does not hold: %(what)s."), field="mapping", what=str(what) % params
    )


def _known(found: dict, known: set[str], where: str) -> None:
    strange = sorted(str(name) for name in found if name not in known)
    if strange:
        raise _wrong(
            _("unknown %(names)s; known here: %(known)s"),
            names=", ".join(where + name for name in strange),
            known=", ".join(sorted(known)),
        )


def _from(raw: Any, name: str, default_list: str = "") -> From:
    if isinstance(raw, str | int):
        return From(constant=str(raw))
    if not isinstance(raw, dict):
        raise _wrong(_("“%(name)s” must be a code or {column: …}"), name=name)
    _known(raw, {"constant", "column", "codes", "list", "heads", "within"}, f"{name}.")
    chosen = str(raw.get("list", default_list))
    if chosen and chosen not in code_lists():
        raise _wrong(
            _("there is no code list %(name)s; there are %(known)s"),
            name=chosen,
            known=", ".join(code_lists()),
        )
    heads = raw.get("heads") or ()
    return From(
        constant=str(raw.get("constant", "")),
        column=str(raw.get("column", "")),
        codes=_texts(raw.get("codes") or {}, f"{name}.codes"),
        list=chosen,
        heads=tuple(map(str, heads)) if isinstance(heads, list | tuple) else (),
        within=_one_of(raw.get("within", ""), [one.value for one in Frequency], f"{name}.within"),
    )


def _value_column(raw: Any, sdmx: bool) -> str:
    if isinstance(raw, dict):
        raw = raw.get("column")
    return str(raw or ("OBS_VALUE" if sdmx else "value"))


def _texts(raw: Any, name: str) -> dict[str, str]:
    """Codes as text; YAML reads NO and 417 as something else, so those must be quoted."""
    if not isinstance(raw, dict) or any(
        isinstance(key, bool) or isinstance(one, bool) for key, one in raw.items()
    ):
        raise _wrong(_("“%(name)s” must be pairs of texts; put codes such as NO or ON in quotes"), name=name)
    return {str(key): str(one) for key, one in raw.items()}


def _list(raw: Any) -> Iterable[Any]:
    return raw if isinstance(raw, list | tuple) else [raw]


def _number(raw: Any) -> Decimal:
    try:
        return Decimal(str(raw))
    except InvalidOperation as error:
        raise _wrong(_("“%(name)s” must be a number"), name="scale") from error


def _one_of(raw: Any, known: list[str], name: str) -> str:
    if raw and raw not in known:
        raise _wrong(_("“%(name)s” is one of %(known)s"), name=name, known=", ".join(known))
    return str(raw)


def _item(raw: Any, whole: dict[str, Any]) -> dict[str, Any]:
    """A declared data item with everything that it needs."""
    if not isinstance(raw, dict):
        raise _wrong(
            _("“%(name)s” must be pairs of texts; put codes such as NO or ON in quotes"), name="items"
        )
    _known(raw, ITEM_KEYS, "items.")
    lacking = [name for name in ("code", "title", "unit", "kind", "basis") if not raw.get(name)]
    if lacking:
        raise _wrong(_("an item lacks %(names)s"), names=", ".join(lacking))
    _one_of(raw["kind"], ItemKind.values, "kind")
    _one_of(raw["basis"], ItemBasis.values, "basis")
    _one_of(raw.get("frequency", "A"), [one.value for one in Frequency], "frequency")
    title = raw["title"] if isinstance(raw["title"], dict) else {"en": str(raw["title"])}
    defaults = {"frequency": "A", "dimensions": sorted(whole.get("dimensions") or {})}
    texts = {name: str(whole.get(name, "")) for name in ("source", "licence")}
    return defaults | texts | raw | {"title": title}
