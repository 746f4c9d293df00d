"""The registered design of an evaluation: read, checked, hashed, compared with what was executed."""

import datetime as dt
import hashlib
import json
import re
from dataclasses import asdict, dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from monitoring.evaluation.problems import DesignProblem
from monitoring.evaluation.terms import split_outside

DESIGNS = ("did", "its", "rct", "two_proportions")
STANDARD_ERRORS = ("classical", "hc1", "hc2", "hc3", "cluster", "hac", "ar1")
EFFECTS = ("level", "slope", "end")
DISTRIBUTIONS = ("t", "normal")
MOST_PRIMARY_OUTCOMES = 2
ADDED_LATER = ("weights",)
REQUIRED = {
    "did": ("outcome",),
    "its": ("outcome",),
    "rct": ("outcome", "treated"),
    "two_proportions": ("outcome", "treated"),
}


@dataclass(frozen=True)
class Hac:
    lags: int = 2
    correction: bool = False


@dataclass(frozen=True)
class Cost:
    """What the measure cost. `persons` is how many it reached; the effect is taken per person."""

    amount: str
    currency: str
    persons: int = 1


@dataclass(frozen=True)
class Design:
    """One evaluation, fully determined: equal designs on equal data give equal results.

    `se` None means the rule of the design: REML with AR(1) errors for a time series of twelve periods or
    more, clusters where a cluster is named, classical otherwise.
    """

    design: str
    outcome: tuple[str, ...]
    treated: str | None = None
    post: str | None = None
    unit: str | None = None
    time: str | None = None
    treated_units: tuple[str, ...] = ()
    start: str | None = None
    log: bool = False
    covariates: tuple[str, ...] = ()
    se: str | None = None
    cluster: str | None = None
    hac: Hac = field(default_factory=Hac)
    level: float = 0.95
    distribution: str = "t"
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exploratory: tuple[str, ...] = ()
    total: str | None = None
    cell_error: str | None = None
    trend: bool = True
    slope: bool = True
    effect: str = "level"
    power: float = 0.8
    label: tuple[tuple[str, str], ...] = ()
    cost: Cost | None = None
    weights: str | None = None

    @property
    def alpha(self) -> float:
        return round(1 - self.level, 10)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def sha256(self) -> str:
        """Hash of the meaning of the design: order of fields, comments and spelled-out defaults don't matter.

        A field that came later than a registered design must not change its hash, so it counts only if set.
        """
        meaning = self.as_dict()
        for name in ADDED_LATER:
            if meaning[name] is None:
                del meaning[name]
        text = json.dumps(meaning, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Difference:
    """One field in which the executed analysis left the registered one."""

    field: str
    registered: Any
    executed: Any


def differences(registered: Design, executed: Design) -> list[Difference]:
    """Every field that differs, in the order of the design; empty if the plan was kept."""
    return [
        Difference(each.name, getattr(registered, each.name), getattr(executed, each.name))
        for each in fields(Design)
        if getattr(registered, each.name) != getattr(executed, each.name)
    ]


def read_design(path: str | Path) -> Design:
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise DesignProblem("not_yaml", "design", row=1) from None
    return parse_design(text)


class DesignLoader(yaml.SafeLoader):
    """YAML in which only true and false are yes or no (NO is Norway) and no key may stand twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise DesignProblem("repeated_field", key)
        return super().construct_mapping(node, deep)


DesignLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
DesignLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"true|True|TRUE|false|False|FALSE"), list("tTfF")
)


def parse_design(text: str) -> Design:
    try:
        content = yaml.load(text, Loader=DesignLoader)  # noqa: S506 a SafeLoader, only stricter
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise DesignProblem("not_yaml", "design", row=mark.line + 1 if mark else 1) from None
    except (ValueError, RecursionError):  # a date that does not exist; brackets without end
        raise DesignProblem("not_yaml", "design", row=1) from None
    return design_from(content)


def design_from(content: Any) -> Design:
    """Design of a mapping; DesignProblem names the field at fault and what may stand there."""
    if not isinstance(content, dict):
        raise DesignProblem("not_a_mapping", "design")
    given = {str(key).strip(): value for key, value in content.items()}
    known = [each.name for each in fields(Design)]
    for name in given:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            raise DesignProblem("unknown_field", name, known=", ".join(near or known))
    values = {name: READERS[name](given[name], name) for name in known if given.get(name) is not None}
    for name in ("design", "outcome"):
        if not values.get(name):
            raise DesignProblem("required", name, design=values.get("design", "did"))
    design = Design(**values)
    _check(design)
    return design


def _check(design: Design) -> None:
    kind = design.design
    for name in REQUIRED[kind]:
        if not getattr(design, name):
            raise DesignProblem("required", name, design=kind)
    if len(design.outcome) > MOST_PRIMARY_OUTCOMES:
        raise DesignProblem("too_many_outcomes", "outcome", most=MOST_PRIMARY_OUTCOMES)
    outcomes = (*design.outcome, *design.exploratory)
    if len(set(outcomes)) < len(outcomes):
        raise DesignProblem("repeated_outcome", "outcome")
    if design.start is not None and not design.time:
        raise DesignProblem("start_without_time", "start")
    if design.start is not None and design.post:
        raise DesignProblem("post_and_start", "post")
    if design.treated_units and not (design.unit or design.treated):
        raise DesignProblem("units_without_unit", "treated_units")
    if design.weights and design.cell_error:
        raise DesignProblem("not_in_design", "weights", design="cell_error")
    _check_errors(design)
    {"did": _check_did, "its": _check_its}.get(kind, _check_comparison)(design)


def _check_errors(design: Design) -> None:
    if design.se in ("hac", "ar1") and design.design != "its":
        raise DesignProblem("series_only", "se", value=design.se)
    if design.se == "cluster" and not (design.cluster or design.unit):
        raise DesignProblem("cluster_without_column", "cluster")
    if design.cluster and design.se not in (None, "cluster"):
        raise DesignProblem("cluster_not_used", "cluster", se=design.se)


def _check_did(design: Design) -> None:
    if not design.treated and not design.treated_units:
        raise DesignProblem("no_treatment", "treated")
    has_moment = design.post or design.start is not None
    if not has_moment and not (design.unit and design.time) and not design.cell_error:
        raise DesignProblem("no_moment", "post")


def _check_its(design: Design) -> None:
    if not design.post and design.start is None and not design.treated:
        raise DesignProblem("no_moment", "post")
    if design.effect == "slope" and not (design.slope and design.trend):
        raise DesignProblem("slope_without_trend", "effect")
    if design.se == "cluster" or design.cluster:
        raise DesignProblem("series_has_no_clusters", "cluster")


def _check_comparison(design: Design) -> None:
    for name in ("post", "start"):
        if getattr(design, name) is not None:
            raise DesignProblem("not_in_design", name, design=design.design)
    if design.design == "two_proportions":
        for name in ("covariates", "log", "cluster", "weights"):
            if getattr(design, name):
                raise DesignProblem("not_in_design", name, design=design.design)


def _text(value: Any, name: str) -> str:
    if isinstance(value, dict | list | bool):
        raise DesignProblem("one_value", name)
    return value.isoformat() if isinstance(value, dt.date) else str(value).strip()


def _texts(value: Any, name: str) -> tuple[str, ...]:
    if isinstance(value, str) and name == "covariates":
        value = [term.strip() for term in split_outside(value, "+")]
    return tuple(_text(each, name) for each in (value if isinstance(value, list) else [value]) if each != "")


def _flag(value: Any, name: str) -> bool:
    if not isinstance(value, bool):
        raise DesignProblem("yes_or_no", name)
    return value


def _one_of(*allowed: str) -> Any:
    def read(value: Any, name: str) -> str:
        text = _text(value, name).lower()
        if text not in allowed:
            raise DesignProblem("one_of", name, value=value, allowed=", ".join(allowed))
        return text

    return read


def _share(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.5 <= value < 1:
        raise DesignProblem("share", name, value=value)
    return float(value)


def _whole(value: Any, name: str, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise DesignProblem("whole_number", name, value=value, least=least)
    return value


def _mapping(value: Any, name: str, allowed: tuple[str, ...] = ()) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise DesignProblem("mapping", name, keys=", ".join(allowed))
    for key in value:
        if allowed and key not in allowed:
            raise DesignProblem("unknown_field", f"{name}.{key}", known=", ".join(allowed))
    return value


def _standard_errors(value: Any, name: str) -> str:
    return _one_of(*STANDARD_ERRORS)(value, name)


def _hac(value: Any, name: str) -> Hac:
    given = _mapping(value, name, ("lags", "correction"))
    return Hac(
        _whole(given.get("lags", 2), "hac.lags", 0), _flag(given.get("correction", False), "hac.correction")
    )


def _cost(value: Any, name: str) -> Cost:
    given = _mapping(value, name, ("amount", "currency", "persons"))
    for key in ("amount", "currency"):
        if given.get(key) is None:
            raise DesignProblem("required", f"cost.{key}", design="cost")
    amount = str(given["amount"]).replace("_", "")
    if not re.fullmatch(r"\d+(\.\d+)?", amount):
        raise DesignProblem("amount", "cost.amount", value=amount)
    return Cost(amount, str(given["currency"]), _whole(given.get("persons", 1), "cost.persons", 1))


def _where(value: Any, name: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    chosen = _mapping(value, name)
    return tuple(sorted((str(column), _texts(wanted, name)) for column, wanted in chosen.items()))


def _label(value: Any, name: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((str(k), str(v)) for k, v in _mapping(value, name, ("ky", "ru", "en")).items()))


READERS: dict[str, Any] = {
    **dict.fromkeys(
        ("treated", "post", "unit", "time", "start", "cluster", "total", "cell_error", "weights"),
        _text,
    ),
    **dict.fromkeys(("outcome", "treated_units", "covariates", "exploratory"), _texts),
    **dict.fromkeys(("log", "trend", "slope"), _flag),
    **dict.fromkeys(("level", "power"), _share),
    "design": _one_of(*DESIGNS),
    "se": _standard_errors,
    "effect": _one_of(*EFFECTS),
    "distribution": _one_of(*DISTRIBUTIONS),
    "hac": _hac,
    "cost": _cost,
    "where": _where,
    "label": _label,
}
