"""Special conditions of work in the forms of the Russian fund: territorial (ТУ), of labour (ОУТ), of the insured
stage (ИС, ДопСведенияИС), length of service (ВЛ). PENSIONS.md 5.2."""

import datetime as dt
import json
from typing import Any

MORE = "ДопСведенияИС"
KINDS = ("ТУ", "ОУТ", "ИС", MORE, "ВЛ")
# Time without pay. Insured stage is made of periods for which contributions were charged and paid (law 400-FZ of
# 28 Dec 2013, article 11 part 1). What the other codes mean for the stage is not decided here.
UNPAID = "НЕОПЛ"


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


def is_unpaid(code: Any) -> bool:
    return isinstance(code, str) and code.strip().upper() == UNPAID


def unpaid(conditions: str) -> bool:
    """Whether conditions, as `read` gives them, call the stretch time without pay."""
    return any(one["kind"] == MORE and is_unpaid(one.get("Код")) for one in json.loads(conditions))


def not_counted(start_on: dt.date, end_on: dt.date) -> str:
    """The whole stretch as days that do not count, as JSON."""
    return _shown([{"from_on": start_on.isoformat(), "until_on": end_on.isoformat(), "reason": UNPAID}])


def _refuse(constant: str) -> None:
    raise ValueError(constant)  # NaN and Infinity are no JSON


def _shown(told: list) -> str:
    return json.dumps(told, ensure_ascii=False, sort_keys=True)
