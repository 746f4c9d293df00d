"""Messages as JSON files: read against the schema, with the place of the first fault named."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

FORMAT = "kozot.periods/1"
SCHEMA = Path(__file__).parent / "schema" / "message.schema.json"
LARGEST = 2_000_000
MOMENTS = ("sent_at", "answered_at")
DAYS = ("start_on", "end_on", "birth_on", "due_on")


class MessageError(ValueError):
    """`place` is the path of the field, `problem` a stable code: unreadable, too_large, kind, field, date."""

    def __init__(self, problem: str, place: str = "") -> None:
        super().__init__(f"{problem} {place}".strip())
        self.problem, self.place = problem, place


@cache
def _validator(kind: str) -> Draft202012Validator:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": schema["$defs"]})


def read(content: bytes, *, kind: str) -> dict[str, Any]:
    """The message of this kind ("request" or "answer"); MessageError with the place of what is wrong."""
    if len(content) > LARGEST:
        raise MessageError("too_large")
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise MessageError("unreadable") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT or found.get("kind") != kind:
        raise MessageError("kind")
    fault = best_match(_validator(kind).iter_errors(found))
    if fault is not None:
        raise MessageError("field", _place(fault))
    _check_dates(found, "")
    return found


def _place(fault: ValidationError) -> str:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in fault.absolute_path)
    if fault.validator == "required":
        path += "." + next(name for name in fault.validator_value if name not in fault.instance)
    return path.lstrip(".")


def _check_dates(value: Any, place: str) -> None:
    """The schema knows the form of a date, not whether the calendar has it, nor which comes first."""
    if isinstance(value, list):
        for number, item in enumerate(value):
            _check_dates(item, f"{place}[{number}]")
        return
    if not isinstance(value, dict):
        return
    for name, item in value.items():
        here = f"{place}.{name}".lstrip(".")
        try:
            if name in DAYS and item:
                date.fromisoformat(item)
            elif name in MOMENTS:
                datetime.fromisoformat(item)
        except ValueError as error:
            raise MessageError("date", here) from error
        _check_dates(item, here)
    if value.get("start_on") and value.get("end_on") and value["end_on"] < value["start_on"]:
        raise MessageError("date", f"{place}.end_on".lstrip("."))


def write(message: dict[str, Any]) -> bytes:
    return (json.dumps(message, ensure_ascii=False, indent=1) + "\n").encode()


def digest(message: dict[str, Any]) -> str:
    """SHA-256 of what is said, whatever the order and the spaces."""
    text = json.dumps(message, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
