"""manage.py trade_workbook --output FILE.xlsx: the study's trade analysis, with new figures where they are given."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import get_language

from common.enums import Language
from common.formatting import language_of
from common.tables.writer import write_xlsx
from monitoring import trade, trade_book
from monitoring.trade.findings import counted
from monitoring.trade.words import fault_text

WITH_FAULTS = 2


class Command(BaseCommand):
    help = "Writes the trade analysis as a workbook (docs/howto/trade.md)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", type=Path, required=True, help="XLSX file to write")
        parser.add_argument(
            "--add",
            type=Path,
            action="append",
            default=[],
            help="CSV file with further figures; may be repeated",
        )
        parser.add_argument(
            "--without-study", action="store_true", help="take only the figures of the files given by --add"
        )
        parser.add_argument("--language", choices=Language.values)
        parser.add_argument("--json", action="store_true", help="print what became of every figure")

    def handle(self, *args: Any, **options: Any) -> None:
        language = language_of(options["language"] or get_language())
        paths = [*([] if options["without_study"] else [trade.SHIPPED]), *options["add"]]
        study, faults = trade.Study(), []
        try:
            texts = [path.read_text(encoding="utf-8-sig") for path in paths]
            study, faults = trade.read(*texts)
            tables = [trade_book.table_of(sheet) for sheet in trade_book.sheets(study, language)]
            with options["output"].open("wb") as file:
                write_xlsx(file, tables, language=language)
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from error
        for fault in faults:
            self.stderr.write(f"{paths[fault.file].name}: {fault_text(fault, language)}")
        if options["json"]:
            self.stdout.write(json.dumps(trade_book.plain_findings(study), ensure_ascii=False, indent=2))
        else:
            counts = ", ".join(f"{status}: {count}" for status, count in counted(trade.findings(study)))
            self.stdout.write(f"{options['output']}: {counts}")
        if faults:
            raise SystemExit(WITH_FAULTS)
