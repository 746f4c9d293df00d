"""Special conditions of work in the forms of the Russian fund: territorial (ТУ), of labour (ОУТ), of the insured
stage (ИС, ДопСведенияИС), length of service (ВЛ). PENSIONS.md 5.2."""

import json
from typing import Any

KINDS = ("ТУ", "ОУТ", "ИС", "ДопСведенияИС", "ВЛ")
UNKNOWN = "?"


def condition(found: list[tuple[str, Any]]) -> dict[str, str | None]:
    """The columns `special_conditions` and `share_of_rate` of a row. A kind that nobody knows is marked, so that
    the row can be rejected by its name."""
    told, share = [], None
    for name, value in found:
        if name not in KINDS:
            return {"special_conditions": f"{UNKNOWN}{name}"}
        values = value if isinstance(value, dict) else {"Код": value}
        share = values.get("ДоляСтавки", share) if isinstance(values.get("ДоляСтавки", ""), str) else share
        told.append({"kind": name, **values})
    shown = json.dumps(told, ensure_ascii=False, sort_keys=True) if told else None
    return {"special_conditions": shown, "share_of_rate": share or None}
