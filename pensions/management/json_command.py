"""Commands that answer in JSON: dates as arguments, errors that name the field, one document on standard output."""

import json
from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError


def iso_date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a date: write it like 2026-11-01") from None


class JsonCommand(BaseCommand):
    """``answer`` returns the document; a ValueError from it becomes the command's error."""

    requires_system_checks: list[str] = []

    def answer(self, **options: Any) -> dict[str, Any]:
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        document = refusing(self.answer, **options)
        self.stdout.write(json.dumps(document, ensure_ascii=False, indent=2))


def refusing(answer: Callable[..., dict[str, Any]], **options: Any) -> dict[str, Any]:
    try:
        return answer(**options)
    except ValueError as error:
        raise CommandError(str(error)) from None
