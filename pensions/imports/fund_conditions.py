"""Special conditions of work in the forms of the Russian fund: territorial (ТУ), of labour (ОУТ), of the insured
stage (ИС, ДопСведенияИС), length of service (ВЛ). PENSIONS.md 5.2."""

import json
from typing import Any

KINDS = ("ТУ", "ОУТ", "ИС", "ДопСведенияИС", "ВЛ")


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


def _refuse(constant: str) -> None:
    raise ValueError(constant)  # NaN and Infinity are no JSON


def _shown(told: list) -> str:
    return json.dumps(told, ensure_ascii=False, sort_keys=True)
