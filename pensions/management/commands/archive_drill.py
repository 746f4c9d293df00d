"""Verify every archived certificate as an offline office would. Ends with 1 when one of them does not hold any more."""

import datetime as dt
import json

from django.core.management.base import BaseCommand, CommandError

from common.scoping import system
from pensions.services import print_archive


class Command(BaseCommand):
    help = "Verify all archived certificates offline, with their chains of time stamps; prints how many hold (JSON)."

    def add_arguments(self, parser):
        parser.add_argument(
            "--at", help="as of this day, e.g. 2040-01-01: what would not hold any more by then"
        )

    def handle(self, *, at: str | None, **options):
        with system("archive drill"):
            found = print_archive.drill(_moment(at))
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
        if found["failed"]:
            raise SystemExit(1)


def _moment(text: str | None) -> dt.datetime | None:
    if text is None:
        return None
    try:
        return dt.datetime.combine(dt.date.fromisoformat(text), dt.time(), dt.UTC)
    except ValueError:
        raise CommandError(f"{text}: not a day as in 2040-01-01") from None
