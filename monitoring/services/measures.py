"""Measures: the study's 48, new ones, new words, carry-over."""

from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from common.enums import Language, TranslationState
from common.errors import Invalid, Refused
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from monitoring.enums import Basis, Horizon, MeasureState
from monitoring.models import Actor, CarryOver, Measure, MeasureVersion
from monitoring.versions import versions_of, written_in

STUDY = Path(__file__).parents[1] / "data" / "measures.yaml"
HORIZONS = [Horizon.SHORT, Horizon.MEDIUM, Horizon.LONG, Horizon.CROSS]


def study_measures() -> list[dict[str, Any]]:
    """The facts of the 48 measures as the project's own data file gives them."""
    return yaml.safe_load(STUDY.read_text(encoding="utf-8"))


@service
def load_study(*, by: Any) -> int:
    """Creates the measures of the study that are not there yet; returns how many."""
    require(by, "monitoring.measure.change")
    present = set(Measure.everything.values_list("code", flat=True))
    facts = [one for one in study_measures() if one["code"] not in present]
    measures = Measure.everything.bulk_create(
        Measure(code=one["code"], horizon=one["horizon"], area=one["area"]) for one in facts
    )
    versions = MeasureVersion.objects.bulk_create(
        _first_version(measure, one, by) for measure, one in zip(measures, facts, strict=True)
    )
    Actor.objects.bulk_create(
        Actor(version=version, name=actor["name"], basis=actor["basis"])
        for version, one in zip(versions, facts, strict=True)
        for actor in one["actors"]
    )
    journal.record_many(by=by, verb=Verb.CREATED, objects=measures, action="monitoring.measure.change")
    return len(measures)


def _first_version(measure: Measure, facts: dict[str, Any], by: Any) -> MeasureVersion:
    values: dict[str, Any] = {
        "measure": measure,
        "number": 1,
        "horizon": facts["horizon"],
        "start_horizon": facts["start_horizon"],
        "source": facts["source"],
        "suited_design": facts["suited_design"],
        "design_reason": facts["design_reason"],
        "depends_on": facts.get("depends_on", []),
        "recorded_by": by,
    }
    for language in Language.values:
        basis = facts["basis"][language]
        values[f"title_{language}"] = facts["title"][language]
        values[f"basis_{language}"] = basis
        values[f"title_{language}_state"] = (
            TranslationState.UNREVIEWED if basis == Basis.TRANSLATED else TranslationState.APPROVED
        )
    return MeasureVersion(**values)


@service
def revise(*, by: Any, measure: Measure, reason: str, **changes: Any) -> MeasureVersion:
    """A new version of the words, with the reason; the old one stays. Approving a title is such a change."""
    require(by, "monitoring.measure.change", measure)
    if not reason.strip():
        raise Invalid("reason_missing", _("Say why the measure changes."), field="reason")
    old = measure.version
    _check_reviews(by, measure, old, changes)
    values = {f.name: getattr(old, f.name) for f in MeasureVersion._meta.concrete_fields}
    for name in ("id", "number", "recorded_at", "recorded_by", "reason"):
        values.pop(name)
    version = MeasureVersion.objects.create(
        **{**values, **changes}, number=old.number + 1, reason=reason, recorded_by=by
    )
    Actor.objects.bulk_create(Actor(version=version, name=a.name, basis=a.basis) for a in old.actors.all())
    if version.horizon != measure.horizon:
        measure.horizon = version.horizon
        measure.save(update_fields=["horizon"])
    journal.record(by=by, verb=Verb.CHANGED, obj=measure, action="monitoring.measure.change", reason=reason)
    return version


def _check_reviews(by: Any, measure: Measure, old: MeasureVersion, changes: dict[str, Any]) -> None:
    """Whoever wrote the words of a language is not the one who says that they read well."""
    versions = versions_of(measure)
    for code in Language.values:
        title, state = f"title_{code}", f"title_{code}_state"
        new = changes.get(title, getattr(old, title))
        if changes.get(state) != TranslationState.APPROVED:
            continue
        changed = new != getattr(old, title)
        if not changed and getattr(old, state) == TranslationState.APPROVED:
            continue
        written = written_in(versions, old, code)
        own = written.number > 1 and written.recorded_by_id == getattr(by, "pk", None)
        if changed or own:
            raise Refused(
                "own_words",
                _("Whoever wrote or translated the words of a language does not approve it."),
                way_out=_("Save the new words without the tick; a colleague reads and ticks them."),
            )


@service
def carry_over(*, by: Any, measure: Measure, horizon: str, reason: str) -> CarryOver:
    """Moves an unfinished measure into a later horizon, explicitly, with both ends linked."""
    require(by, "monitoring.gate.decide", measure)
    if HORIZONS.index(horizon) <= HORIZONS.index(measure.horizon):
        raise Invalid(
            "horizon_not_later", _("A measure is carried over into a later horizon."), field="horizon"
        )
    if Measure.everything.select_for_update().get(pk=measure.pk).state != MeasureState.OPEN:
        raise Invalid("measure_closed", _("Only a measure in the chain can be carried over."))
    old = measure.version
    new = revise(by=None, measure=measure, reason=reason, horizon=horizon)
    carried = CarryOver.objects.create(
        measure=measure, from_version=old, to_version=new, reason=reason, decided_by=by
    )
    journal.record(by=by, verb=Verb.DECIDED, obj=measure, action="monitoring.gate.decide", reason=reason)
    return carried
