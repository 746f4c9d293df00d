import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from common.errors import KozotError
from common.scoping import system
from monitoring.services import datasets, indicators, statfiles
from monitoring.services.statfiles import Loaded
from monitoring.statfiles import Mapping

SHOWN = 20


class Command(BaseCommand):
    help = "Loads a statistical file (CSV, XLSX, SDMX-CSV, SDMX-ML) by a mapping (docs/howto/datasets.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--mapping", required=True, help="YAML file, or the name of a mapping that is kept"
        )
        parser.add_argument("--title", default="", help="what the submission is called")
        parser.add_argument("--dry-run", action="store_true", help="read and check, keep nothing")
        parser.add_argument("--no-compute", action="store_true", help="leave the indicators as they are")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            content = options["file"].read_bytes()
            with system("command load_dataset"), transaction.atomic():
                datasets.load_items(by=None)
                indicators.load_shipped(by=None)
                mapping = statfiles.saved_mapping(options["mapping"])
                loaded = self._load(content, mapping, options)
                transaction.set_rollback(options["dry_run"])
        except KozotError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(str(error)) from error
        facts = _facts(loaded, kept=not options["dry_run"])
        if options["json"]:
            self.stdout.write(json.dumps(facts, ensure_ascii=False, indent=2))
        else:
            self._tell(facts)

    def _load(self, content: bytes, mapping: Mapping, options: dict[str, Any]) -> Loaded:
        loaded = statfiles.load_file(
            by=None, content=content, mapping=mapping, name=options["file"].name, title=options["title"]
        )
        return loaded if options["no_compute"] else statfiles.compute_affected(by=None, loaded=loaded)

    def _tell(self, facts: dict[str, Any]) -> None:
        self.stdout.write(
            f"{facts['lines']} lines read, {facts['left_out']} left out by keep, {facts['figures']} figures, "
            f"{facts['new_or_changed']} new or changed, {len(facts['faults'])} faults"
        )
        for title in facts["columns_left_out"]:
            self.stdout.write(f"  column left out, its title is no period or repeats one: {title}")
        for one in facts["faults"][:SHOWN]:
            self.stdout.write(f"  line {one['line']}, column {one['column'] or '-'}: {one['what']}")
        if len(facts["faults"]) > SHOWN:
            self.stdout.write(f"  and {len(facts['faults']) - SHOWN} more; --json lists them all")
        for one in facts["unusual"][:SHOWN]:
            self.stdout.write(
                f"  unusual: {one['item']} {one['key']} {one['period']}: {one['value']} after {one['before']}"
            )
        for one in facts["early_codes"]:
            self.stdout.write(f"  pre-beginning code: {one['what']} ({one['figures']} figures)")
        for code, count in facts["indicators"].items():
            self.stdout.write(f"  indicator {code}: {count} figures new or changed")
        self.stdout.write(f"submission {facts['submission']}" if facts["submission"] else "nothing was kept")


def _facts(loaded: Loaded, *, kept: bool) -> dict[str, Any]:
    reading = loaded.reading
    return {
        "submission": str(loaded.submission.pk) if kept else None,
        "sha256": loaded.submission.sha256,
        "items": loaded.items,
        "lines": reading.lines,
        "left_out": reading.left_out,
        "columns_left_out": reading.columns_left_out,
        "figures": len(reading.numbers),
        "new_or_changed": loaded.fresh,
        "faults": [{"line": one.line, "column": one.column, "what": str(one)} for one in reading.faults],
        "unusual": [
            {"item": one.item, "key": one.key, "period": one.period}
            | {
                "value": _plain(one.value),
                "before": _plain(one.before),
                "distance": str(round(one.distance, 1)),
            }
            for one in loaded.unusual
        ],
        "early_codes": [
            {
                "dimension": one.dimension,
                "code": one.code.code,
                "since": one.code.since.isoformat(),
                "verified": one.code.valid_from is not None,
                "periods": [one.first, one.last],
                "figures": one.figures,
                "what": str(one),
            }
            for one in loaded.early
        ],
        "indicators": loaded.indicators,
    }


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
