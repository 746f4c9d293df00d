"""The chain's template: changed by an administrator, with a reason, as a new version; what runs keeps its own."""

from typing import Any

import yaml
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from common.errors import Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from monitoring.chain.criteria import known_checks
from monitoring.chain.wording import EVIDENCE
from monitoring.enums import Stage
from monitoring.models import ChainTemplate

from .chain import current_template

CHANGE = "monitoring.template.change"
RULES = {"public_window_days", "panel_quorum", "completeness_percent", "emergency_sunset_months"}
LONGEST_EMERGENCY = 12
# what no template may leave out: the invariants of the chain stand on it
KEPT = {
    Stage.PUBLIC_DISCUSSION: {"all_comments_answered", "pilot_design_registered"},
    Stage.PILOT: {"data_frozen"},
}
LEAST_SIGNATURES = {Stage.EFFECTS_DISCUSSION: 2}


def as_text(template: ChainTemplate) -> str:
    return yaml.safe_dump(template.content, allow_unicode=True, sort_keys=False)


@service
def change(*, by: Any, text: str, reason: str) -> ChainTemplate:
    """Reads a template as YAML and makes it the one by which measures enter the chain from now on."""
    require(by, CHANGE)
    if not reason.strip():
        raise Invalid("reason_missing", _("Say why the template changes."), field="reason")
    content = _read(text)
    last = current_template()
    if content == last.content:
        raise Invalid("nothing_changed", _("Nothing differs from the template that holds."), field="text")
    made = ChainTemplate.objects.create(
        number=last.number + 1, content=content, reason=reason.strip(), recorded_by=by
    )
    journal.record(
        by=by, verb=Verb.CHANGED, action=CHANGE, reason=reason, details={"chain template": made.number}
    )
    return made


def _wrong(what: Any, **params: Any) -> Invalid:
    return Invalid("template_unclear", what, field="text", **params)


def _read(text: str) -> dict[str, Any]:
    try:
        content = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise _wrong(_("Line %(row)s cannot be read as YAML."), row=mark.line + 1 if mark else 1) from error
    if not isinstance(content, dict) or set(content) != {"stages", "loops", "rules"}:
        raise _wrong(_("A template has stages, loops and rules, and nothing else."))
    if not isinstance(content["stages"], list) or not isinstance(content["loops"], list):
        raise _wrong(_("A template has stages, loops and rules, and nothing else."))
    for one in content["stages"]:
        _check_stage(one)
    codes = [one["code"] for one in content["stages"]]
    if codes != Stage.values:
        raise _wrong(_("The stages of the chain stand in their order, and none is left out."))
    for one in content["loops"]:
        _check_loop(one, codes)
    _check_rules(content["rules"])
    return content


def _check_stage(one: Any) -> None:
    if not isinstance(one, dict) or not {"code", "gate", "criteria"} <= set(one) <= {
        "code", "gate", "criteria", "signatures",
    }:  # fmt: skip
        raise _wrong(_("A stage has a code, a gate, criteria and perhaps signatures."))
    if not isinstance(one["code"], str):
        raise _wrong(_("A stage has a code, a gate, criteria and perhaps signatures."))
    signatures = one.get("signatures", 1)
    if not _is_count(signatures) or signatures < LEAST_SIGNATURES.get(one["code"], 1):
        raise _wrong(_("%(stage)s: too few signatures."), stage=one["code"])
    if not isinstance(one["criteria"], list) or not one["criteria"]:
        raise _wrong(_("%(stage)s: a gate without criteria opens for nothing."), stage=one["code"])
    known = {"evidence": set(EVIDENCE), "automatic": known_checks()}
    for criterion in one["criteria"]:
        if not _is_words(criterion, {"code", "kind"}):
            raise _wrong(_("%(stage)s: a criterion has a code and a kind."), stage=one["code"])
        if criterion["code"] not in known.get(criterion["kind"], set()):
            raise _wrong(
                _("%(stage)s: nothing is known of “%(name)s”."), stage=one["code"], name=criterion["code"]
            )
    missing = KEPT.get(one["code"], set()) - {criterion["code"] for criterion in one["criteria"]}
    if missing:
        raise _wrong(
            _("%(stage)s: %(codes)s cannot be left out."), stage=one["code"], codes=", ".join(sorted(missing))
        )


def _check_loop(one: Any, codes: list[str]) -> None:
    if not isinstance(one, dict) or not {"from", "to", "needs"} <= set(one) <= {
        "from",
        "to",
        "needs",
        "limit",
    }:
        raise _wrong(_("A way back has from, to, needs and perhaps limit."))
    if (
        one["from"] not in codes
        or one["to"] not in codes
        or codes.index(one["to"]) >= codes.index(one["from"])
    ):
        raise _wrong(_("A way back leads from a stage to an earlier one."))
    if one["needs"] not in EVIDENCE or not _is_count(one.get("limit", 1)):
        raise _wrong(_("A way back needs a known type of evidence, and a limit is a whole number."))


def _check_rules(rules: Any) -> None:
    if (
        not isinstance(rules, dict)
        or set(rules) != RULES
        or not all(_is_count(one) for one in rules.values())
    ):
        raise _wrong(_("The rules are whole numbers: %(names)s."), names=", ".join(sorted(RULES)))
    if rules["emergency_sunset_months"] > LONGEST_EMERGENCY or rules["completeness_percent"] > 100:
        raise _wrong(_("An emergency lasts twelve months at most, completeness is at most 100 per cent."))


def _is_words(value: Any, names: set[str]) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == names
        and all(isinstance(one, str) for one in value.values())
    )


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1
