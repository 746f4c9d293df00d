"""Entitlement by state in plain words: what is there, what is missing, and what the answer rests on.

Takes the answer of `totalisation.claim.run_claim`; the codes are its contract, its English sentences are not shown.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import formatting
from pensions.totalisation import Stage

STATUS = {
    "entitled": (gettext_lazy("The conditions are met, by estimate"), "success"),
    "not_entitled": (gettext_lazy("Not yet, by estimate"), "info"),
    "cannot_be_computed": (gettext_lazy("Cannot be computed"), "warning"),
}
BASIS = {
    "own": gettext_lazy("The insurance period in this state alone is enough."),
    "totalised": gettext_lazy("It is enough together with the periods of the other states."),
    "residence": gettext_lazy("It is enough with the time that the state of residence answers for."),
}
REASONS = {
    "birth_on_missing": gettext_lazy("The record holds no birth date."),
    "sex_missing": gettext_lazy("The record does not say the sex, on which the age depends."),
    "citizenship_missing": gettext_lazy(
        "The record holds no citizenship: whether the law of this state reaches the person depends on it."
    ),
    "residence_missing": gettext_lazy("It is not known which state is the state of residence."),
    "residence_pays": gettext_lazy("Here the state of residence answers, not this one."),
    "law_not_kept": gettext_lazy("The law of this state is not kept here: its institution has to be asked."),
    "gate_undetermined": gettext_lazy(
        "How the full months are to be counted is not settled, and the ways of counting disagree."
    ),
    "ru_points_in_treaty_cases": gettext_lazy(
        "How Russia applies its minimum of pension points when periods of several states are added is not settled."
    ),
    "points_missing": gettext_lazy(
        "Russia asks for pension points as well, and the record does not hold them."
    ),
    "earliest_day_open": gettext_lazy(
        "The earliest day cannot be said: the rules of that year are not known."
    ),
    "parameter_missing": gettext_lazy("A value of the law that is needed is not known here."),
}
UNCLEAR = gettext_lazy("A condition of this state cannot be judged here.")
WHY = {
    "conflict": gettext_lazy("sources contradict each other"),
    "memory": gettext_lazy("not yet checked against a source"),
    "start": gettext_lazy("the day from which it holds is not checked"),
}
PARAMETERS = {
    "retirement_age": gettext_lazy("Retirement age"),
    "min_stage": gettext_lazy("Shortest insurance period"),
    "min_stage_old_age": gettext_lazy("Shortest insurance period"),
    "min_insured_stage": gettext_lazy("Shortest insurance period"),
    "min_insured_stage_reduced": gettext_lazy("Reduced shortest insurance period"),
    "min_ipc": gettext_lazy("Smallest number of pension points"),
    "early_age_listed_cases": gettext_lazy("Earlier age in listed cases"),
    "basic_pension_min_percent_of_PM": gettext_lazy("Basic pension, per cent of the living minimum"),
}


def length(parts: dict[str, int] | Stage | None) -> str:
    if parts is None:
        return formatting.MISSING
    found = parts.as_dict() if isinstance(parts, Stage) else parts
    return formatting.duration(found["years"], found["months"], found["days"])


def years(text: Any) -> str:
    """ "61.5" as 61 years 6 months."""
    number = Decimal(str(text))
    return formatting.duration(int(number), int((number - int(number)) * 12))


def day(text: str | None) -> str:
    return formatting.date_short(dt.date.fromisoformat(text)) if text else formatting.MISSING


def missing_lines(one: dict[str, Any]) -> list[str]:
    """What is still missing in one state, each in a sentence."""
    return [_missing(item) for item in one["missing"]]


def _missing(item: dict[str, Any]) -> str:
    if item["code"] == "age":
        return _("Age: %(age)s, reached on %(day)s.") % {
            "age": years(item["required_years"]),
            "day": day(item["reached_on"]),
        }
    if item["code"] == "stage":
        return _("Insurance period: %(length)s more, in all states together.") % {"length": length(item)}
    if item["code"] == "gate":
        return _("Full months in this state since 2021: %(have)s of %(required)s.") % item
    if item["code"] == "points":
        return _("Pension points: %(have)s of %(required)s.") % item
    return str(UNCLEAR)


def reason_lines(one: dict[str, Any]) -> list[str]:
    """Why the answer is not more certain; what is missing is said by itself."""
    said = {f"{item['code']}_missing" for item in one["missing"]}
    codes = dict.fromkeys(item["code"] for item in one["reasons"] if item["code"] not in said)
    return list(dict.fromkeys(str(REASONS.get(code, UNCLEAR)) for code in codes))


def cards(answer: dict[str, Any] | None) -> list[dict[str, Any]]:
    """One for each state: name, badge, facts, missing, reasons."""
    return [
        {
            "state": formatting.country_name(state),
            "status": str(STATUS[one["status"]][0]),
            "tone": STATUS[one["status"]][1],
            "facts": _facts(one),
            "missing": missing_lines(one),
            "reasons": reason_lines(one),
        }
        for state, one in sorted((answer or {}).get("entitlement", {}).items())
    ]


def _facts(one: dict[str, Any]) -> list[tuple[str, str]]:
    found = []
    if one["minimum_years"] is not None:
        found.append((_("Asked for"), years(one["minimum_years"])))
    found.append((_("In this state"), length(one["own"])))
    found.append((_("With the other states"), length(one["totalised"])))
    if one["status"] == "entitled" and one["basis"] in BASIS:
        found.append((_("Why"), str(BASIS[one["basis"]])))
    if one["age_reached_on"]:
        found.append((_("Age reached on"), day(one["age_reached_on"])))
    if one["earliest_on"] and one["status"] != "entitled":
        found.append(
            (_("Earliest day, with work there from tomorrow without a break"), day(one["earliest_on"]))
        )
    return found


def table(answer: dict[str, Any] | None) -> dict[str, Any]:
    """The same as a table, for the document."""
    return {
        "columns": [_("Country"), _("Old-age pension"), _("Figures"), _("What is missing or open")],
        "rows": [
            [
                card["state"],
                card["status"],
                "; ".join(f"{term}: {value}" for term, value in card["facts"]),
                " ".join([*card["missing"], *card["reasons"]]) or formatting.MISSING,
            ]
            for card in cards(answer)
        ],
    }


# --- what nobody has verified -----------------------------------------------------------------------


def parameter_table(answer: dict[str, Any] | None) -> dict[str, Any]:
    """Values of the law that the answer used though nobody has verified them."""
    used = [item for item in (answer or {}).get("unverified", []) if item.get("parameter")]
    return {
        "columns": [
            _("Country"),
            _("Value"),
            _("How much"),
            _("From"),
            _("Source"),
            _("Why it is not certain"),
        ],
        "rows": [_parameter_row(item) for item in used],
    }


def _parameter_row(item: dict[str, Any]) -> list[str]:
    parameter = item["parameter"]
    state, _dot, name = parameter["id"].partition(".")
    source = parameter.get("source_url") or parameter.get("source_text") or parameter.get("source", "")
    return [
        formatting.country_name(state),
        str(PARAMETERS.get(name, parameter["id"])),
        str(parameter["value"]),
        day(parameter.get("effective_on")),
        str(WHY["memory"]) if parameter.get("source") == "memory" else source,
        _why(item["why"]),
    ]


def _why(codes: str) -> str:
    parts = [
        WHY["start"] if code.startswith("start_date") else WHY.get(code, WHY["memory"])
        for code in codes.split(", ")
    ]
    return "; ".join(dict.fromkeys(map(str, parts)))
