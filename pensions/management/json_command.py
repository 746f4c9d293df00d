"""Commands that answer in JSON: one document on standard output, or one error on standard error and exit code 1.

Both are in the language of ``--language``; an error names the field and the way out.
"""

import json
import sys
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from common.formatting import LANGUAGES
from pensions.legislation.sentences import InputError
from pensions.legislation.sentences import sentence as _
from pensions.words.rules import localised, said


def iso_date(option: str, text: str | None) -> date | None:
    """The day in an option. Raises InputError naming the option."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(option, _("%(value)s is not a date: write it like 2026-11-01", value=text)) from None


class JsonCommand(BaseCommand):
    """``answer`` returns the document; a ValueError from it becomes the command's error."""

    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--language", choices=LANGUAGES, default="en", help="language of sentences and errors"
        )

    def answer(self, **options: Any) -> dict[str, Any]:
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        language = options["language"]
        try:
            document = self.answer(**options)
        except ValueError as error:
            self._refuse(error, language)
        else:
            self.stdout.write(as_json(document, language))

    def _refuse(self, error: ValueError, language: str) -> None:
        if not self._called_from_command_line:
            raise CommandError(refusal(error, language)["error"]["message"]) from None
        self.stderr.write(as_json(refusal(error, language), language))
        sys.exit(1)


def as_json(document: Any, language: str) -> str:
    """English stays as the rules wrote it, so that a program can rely on it."""
    if language != "en":
        with override(language):
            document = localised(document)
    return json.dumps(document, ensure_ascii=False, indent=2)


def refusal(error: ValueError, language: str) -> dict[str, Any]:
    """The error as a document: the first fault, and all of them where there are several."""
    with override(language):
        faults = [
            {"field": one.field, "text": _said(one.text, language)}
            if isinstance(one, InputError)
            else {"field": None, "text": _said(one.args[0] if one.args else str(one), language)}
            for one in (error, *getattr(error, "others", ()))
        ]
    for fault in faults:
        fault["message"] = f"{fault['field']}: {fault['text']}" if fault["field"] else fault["text"]
    return {"error": faults[0], "errors": faults}


def _said(text: Any, language: str) -> str:
    return str(text) if language == "en" else said(text)
