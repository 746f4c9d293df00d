"""SDMX-CSV 2.0 and SDMX-JSON 2.1 data; no library writes the latter."""

import csv
import io
import json
from typing import Any

from .flow import AGENCY, ATTRIBUTES, CONCEPTS, CONFIDENTIALITY_NAMES, STATUS_NAMES, Flow, Observed

SCHEMA = "https://json.sdmx.org/2.1/sdmx-json-data-schema.json"


def to_csv(flow: Flow) -> bytes:
    """One line for each observation. A figure without a number has an empty value and its status."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(
        ["STRUCTURE", "STRUCTURE_ID", "ACTION", *flow.dimensions, "TIME_PERIOD", "OBS_VALUE", *ATTRIBUTES]
    )
    head = ["dataflow", f"{AGENCY}:DF_{flow.code}({flow.number})", "I"]
    for key, observations in flow.series.items():
        for one in observations:
            attributes = [*one.attributes.values(), flow.version.unit]
            writer.writerow([*head, *key, one.period, one.number, *attributes])
    return out.getvalue().encode()


def to_json(flow: Flow) -> bytes:
    """A data message with one structure and one data set, held to the schema of the standard."""
    return json.dumps(message(flow), ensure_ascii=False, indent=1).encode()


def message(flow: Flow) -> dict[str, Any]:
    return {
        "$schema": SCHEMA,
        "meta": {
            "id": f"{flow.code}_{flow.prepared:%Y%m%d%H%M%S}",
            "prepared": flow.prepared.isoformat(timespec="seconds"),
            "test": False,
            "contentLanguages": ["ky", "ru", "en"],
            "sender": {"id": AGENCY},
        },
        "data": {"structures": [_structure(flow)], "dataSets": [_data_set(flow)]},
    }


def _periods(flow: Flow) -> list[str]:
    return sorted({one.period for observations in flow.series.values() for one in observations})


def _structure(flow: Flow) -> dict[str, Any]:
    series = [
        _named(name, CONCEPTS.get(name, name))
        | {
            "keyPosition": place,
            "values": [{"id": code, **_names(words)} for code, words in flow.codes[name].items()],
        }
        | ({"roles": ["FREQ"]} if name == "FREQ" else {})
        for place, name in enumerate(flow.dimensions)
    ]
    periods = [{"id": period, "name": period} for period in _periods(flow)]
    time = _named("TIME_PERIOD", CONCEPTS["TIME_PERIOD"]) | {
        "keyPosition": len(series),
        "roles": ["TIME_PERIOD"],
        "values": periods,
    }
    return {
        **_names(flow.names),
        **({"descriptions": flow.descriptions} if flow.descriptions else {}),
        "dataSets": [0],
        "links": [
            {"rel": "dataflow", "urn": flow.urn("Dataflow")},
            {"rel": "datastructure", "urn": flow.urn("DataStructure")},
        ],
        "dimensions": {"dataSet": [], "series": _filled(series), "observation": _filled([time])},
        "measures": {"observation": [_named("OBS_VALUE", CONCEPTS["OBS_VALUE"])]},
        "attributes": {"dataSet": [_unit(flow)], "observation": _observation_attributes(flow)},
    }


def _filled(dimensions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The schema wants no empty list of values."""
    return [{name: part for name, part in one.items() if part != []} for one in dimensions]


def _unit(flow: Flow) -> dict[str, Any]:
    unit = {"value": flow.version.unit}
    return _named("UNIT_MEASURE", CONCEPTS["UNIT_MEASURE"]) | {
        "relationship": {"dataflow": {}},
        "values": [unit],
    }


def _observation_attributes(flow: Flow) -> list[dict[str, Any]]:
    coded = {"OBS_STATUS": STATUS_NAMES, "CONF_STATUS": CONFIDENTIALITY_NAMES}
    return [
        _named(name, ATTRIBUTES[name])
        | {"relationship": {"observation": {}}}
        | (
            {"values": [{"id": code, "name": words} for code, words in coded[name].items()]}
            if name in coded
            else {}
        )
        for name in _of_observation()
    ]


def _of_observation() -> list[str]:
    return [name for name in ATTRIBUTES if name != "UNIT_MEASURE"]


def _named(code: str, name: str) -> dict[str, Any]:
    return {"id": code, "name": name, "names": {"en": name}}


def _names(words: dict[str, str]) -> dict[str, Any]:
    return {"name": words.get("en") or next(iter(words.values()), ""), "names": words}


def _data_set(flow: Flow) -> dict[str, Any]:
    places = {name: {code: n for n, code in enumerate(codes)} for name, codes in flow.codes.items()}
    periods = {period: str(n) for n, period in enumerate(_periods(flow))}
    series = {}
    for key, observations in flow.series.items():
        place = ":".join(str(places[name][code]) for name, code in zip(flow.dimensions, key, strict=True))
        series[place] = {"observations": {periods[one.period]: _cells(one) for one in observations}}
    return {"structure": 0, "action": "Replace", "attributes": [0], "series": series}


def _cells(one: Observed) -> list[Any]:
    """The value, then the attributes: places in their lists, or the texts themselves."""
    number = None if one.value is None else _json_number(one)
    return [
        number,
        list(STATUS_NAMES).index(one.status),
        list(CONFIDENTIALITY_NAMES).index(one.confidentiality),
        one.figure,
        one.attributes["KNOWN_FROM"],
    ]


def _json_number(one: Observed) -> int | float | str:
    """A JSON number where a double holds it exactly enough, else the digits as text."""
    whole = one.number
    return int(whole) if "." not in whole else float(whole)
