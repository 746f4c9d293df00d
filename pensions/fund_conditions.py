"""Special conditions of work in the forms of the Russian fund: territorial (ТУ), of labour (ОУТ), of the insured
stage (ИС, ДопСведенияИС), length of service (ВЛ). PENSIONS.md 5.2."""

import datetime as dt
import json
from typing import Any

from pensions.legislation.parameters import Library
from pensions.legislation.stage_codes import DOES_NOT, verdict

MORE = "ДопСведенияИС"
KINDS = ("ТУ", "ОУТ", "ИС", MORE, "ВЛ")


def condition(found: list[tuple[str, Any]]) -> dict[str, str | None]:
    """The columns `special_conditions` and `share_of_rate` of a row: whatever stands in the form, as JSON."""
    told, share = [], None
    for name, value in found:
        values = value if isinstance(value, dict) else {"Код": value}
        share = values.get("ДоляСтавки", share) if isinstance(values.get("ДоляСтавки", ""), str) else share
        told.append({"kind": name, **values})
    return {"special_conditions": _shown(told) if told else None, "share_of_rate": share or None}


def read(text: str) -> str | None:
    """The JSON as it is kept; None unless it lists conditions of kinds that are known here, in values that both
    databases keep."""
    try:
        told = json.loads(text, parse_constant=_refuse)
        if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
            return None
        shown = _shown(told)
        shown.encode()
    except (ValueError, RecursionError):
        return None
    return shown if all(one.get("kind") in KINDS for one in told) and "\\u0000" not in shown else None


def codes(conditions: list[Any]) -> list[str]:
    """What conditions say the stretch was, as codes of the form."""
    named = (one.get("Код") for one in conditions if isinstance(one, dict) and one.get("kind") == MORE)
    return [code.strip().upper() for code in named if isinstance(code, str)]


def in_words(one: Any) -> str:
    """A code written by hand as it is; of what a form told its kind and whatever stood under it."""
    if not isinstance(one, dict):
        return str(one)
    told = (value for name, value in one.items() if name != "kind")
    said = (" ".join(map(str, value.values())) if isinstance(value, dict) else str(value) for value in told)
    return " ".join([str(one.get("kind", "")), *said]).strip()


def uncounted(conditions: str, on: dt.date, law: Library) -> str:
    """The first code by which a stretch that begins on the day brings no insured days; "" where there is none."""
    found = codes(json.loads(conditions)) if MORE in conditions else []
    return next((code for code in found if verdict(code, on, law) == DOES_NOT), "")


def not_counted(start_on: dt.date, end_on: dt.date, code: str) -> str:
    """The whole stretch as days that do not count, as JSON."""
    return _shown([{"from_on": start_on.isoformat(), "until_on": end_on.isoformat(), "reason": code}])


def _refuse(constant: str) -> None:
    raise ValueError(constant)  # NaN and Infinity are no JSON


def _shown(told: list) -> str:
    return json.dumps(told, ensure_ascii=False, sort_keys=True)
