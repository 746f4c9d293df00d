import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.scoping import system
from monitoring.browser import value_text, version_at
from monitoring.models import DataItem, Figure, Indicator, Observation
from monitoring.moments import moment_of
from monitoring.parts import key_text
from monitoring.periods import Period, PeriodError
from monitoring.sources import key_of


class Command(BaseCommand):
    help = "Prints an indicator's figures of one period, as known today, at the end of a day or at a moment."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code")
        parser.add_argument("--period", required=True, help="2026, 2026-Q1 or 2026-01")
        parser.add_argument("--as-of", default="", metavar="YYYY-MM-DD[THH:MM]")
        parser.add_argument("--by", default="", metavar="DIMENSION", help="a figure for each code of it")
        parser.add_argument("--key", default="", metavar="SEX=F;AGE=Y15T24", help="one breakdown")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            period = str(Period.parse(options["period"]))
        except PeriodError as error:
            raise CommandError(str(error)) from error
        moment = moment_of(options["as_of"])
        if options["as_of"] and moment is None:
            raise CommandError("--as-of takes a date or a moment, 2026-11-27 or 2026-11-27T10:00")
        with system("command indicator"):
            indicator = Indicator.everything.filter(code=options["code"]).first()
            if indicator is None:
                return self._of_item(options, period, moment)
            found = _of_keys(Figure.objects.as_of(moment), options).filter(indicator=indicator, period=period)
            figures = list(found.select_related("calculation__version").order_by("key"))
            if not figures:
                raise CommandError(f"{indicator.code} has no figure for {period}: compute the period first.")
            version = version_at(indicator, moment)
        if options["json"]:
            self.stdout.write(
                json.dumps([_facts(one, indicator) for one in figures], ensure_ascii=False, indent=2)
            )
            return
        for one in figures:
            value = value_text(one.state, one.value, version.decimals)
            self.stdout.write(
                f"{indicator.code} {period} {key_text(one.key)}: {value} {version.unit} ({one.short_id})"
            )

    def _of_item(self, options: dict[str, Any], period: str, moment) -> None:
        """A data item that was loaded from files, by its own code: what the file said."""
        item = DataItem.everything.filter(code=options["code"], about_persons=False).first()
        if item is None:
            raise CommandError(f"There is no indicator or loaded data item {options['code']}.")
        found = _of_keys(Observation.objects.as_of(moment), options).filter(item=item, period=period)
        rows = [_observed(one) for one in found.select_related("item", "submission").order_by("key")]
        if not rows:
            raise CommandError(f"{item.code} has no observation of {period} for this breakdown.")
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
            return
        for row in rows:
            self.stdout.write(
                f"{item.code} {period} {key_text(row['key'])}: {row['value'] or row['state']} {item.unit}"
            )


def _of_keys(rows, options: dict[str, Any]):
    """One breakdown; each code of one dimension; or the total."""
    if options["key"]:
        codes = dict(part.partition("=")[::2] for part in options["key"].split(";"))
        return rows.filter(key=key_of(codes))
    by = options["by"]
    return rows.filter(key__startswith=f"{by}=").exclude(key__contains=";") if by else rows.filter(key="")


def _observed(one: Observation) -> dict[str, Any]:
    return {
        "item": one.item.code,
        "period": one.period,
        "key": one.key,
        "value": None if one.value is None else f"{one.value.normalize():f}",
        "state": one.state,
        "unit": one.item.unit,
        "basis": one.item.basis,
        "version": one.version,
        "known_from": one.known_from.isoformat(),
        "submission": str(one.submission_id),
        "sha256": one.submission.sha256,
    }


def _facts(one: Figure, indicator: Indicator) -> dict[str, Any]:
    version = one.calculation.version
    return {
        "indicator": indicator.code,
        "period": one.period,
        "key": one.key,
        "value": None if one.value is None else f"{one.value.normalize():f}",
        "state": one.state,
        "unit": version.unit,
        "formula": version.formula,
        "definition_version": version.number,
        "version": one.version,
        "known_from": one.known_from.isoformat(),
        "figure": one.short_id,
    }
