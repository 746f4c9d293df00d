"""Receipt of a demand and statement of an employer's silence, sealed by the social fund of the worker's state."""

from typing import Any

from django.utils.translation import gettext as _

from accounts import access
from common import formatting
from common.errors import Conflict
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from pensions.enums.issuing import DemandState, DemandStepKind
from pensions.models import Demand, DemandStep
from pensions.papers.sealed import sealed_paper, sealing_fund

VIEW = "certificates.demand.view"
# What a statement of silence has to prove: that it was asked, that the employer knew, that the time passed.
PROVES = (DemandStepKind.ASKED, DemandStepKind.TOLD, DemandStepKind.REMINDED, DemandStepKind.EXPIRED)


@service
def receipt(*, by: Any, demand: Demand) -> bytes:
    """The receipt that a worker keeps: when it was asked, under which entry, until when it is to be answered."""
    demand = _read(by, demand)
    steps = list(demand.steps.select_related("entry").filter(kind=DemandStepKind.ASKED))
    told = _told_words(demand)
    return _sealed(demand, _("Receipt of a demand for a certificate"), told, steps)


@service
def statement_of_silence(*, by: Any, demand: Demand) -> bytes:
    """The signed statement that nobody answered. Conflict unless silence has been stated."""
    demand = _read(by, demand)
    steps = list(demand.steps.select_related("entry").order_by("entry_id"))
    if not any(one.kind == DemandStepKind.EXPIRED for one in steps):
        raise Conflict(
            "not_silent",
            _("Nobody can say yet that the employer did not answer."),
            way_out=_("Silence is stated two weeks after the answer was due, if the employer was told."),
        )
    lines = [*_told_words(demand), _("Until the day of this statement no answer stood in the register.")]
    answered = next((one for one in steps if one.kind == DemandStepKind.FULFILLED), None)
    if answered:
        lines[-1] = _("An answer came late, on %(day)s.") % {"day": formatting.date_long(answered.on)}
    shown = [one for one in steps if one.kind in PROVES]
    return _sealed(demand, _("Statement that a demand was not answered"), lines, shown)


def _read(by: Any, demand: Demand) -> Demand:
    access.require(by, VIEW, demand)
    demand = Demand.everything.select_related("employment__employer", "worker", "via").get(pk=demand.pk)
    journal.record(by=by, verb=Verb.PRINTED, obj=demand, subject_id=demand.worker_id, action=VIEW)
    return demand


def _told_words(demand: Demand) -> list[str]:
    if demand.told_on is None:
        return [
            _(
                "The employer has not been told. The time for an answer begins on the day on which the employer learns."
            )
        ]
    lines = [
        _("The employer was told on %(day)s, %(how)s.")
        % {"day": formatting.date_long(demand.told_on), "how": demand.get_told_how_display()}
    ]
    day = {"day": formatting.date_long(demand.due_on), "source": demand.source}
    if demand.due_by_law:
        lines.append(_("The law wants an answer by %(day)s. Source: %(source)s.") % day)
    else:
        lines.append(
            _(
                "An answer is awaited by %(day)s. This is an aim of the register, not a term of law: %(source)s."
            )
            % day
        )
    lines.append(_("Weekends and public holidays of the state of work are left out of the count."))
    return lines


def facts(demand: Demand, *, for_employer: bool = False) -> list[tuple[str, str]]:
    """What paper and page say of the demand itself. An employer is not told who helps the worker."""
    found = [
        (_("Number"), demand.number),
        (_("Worker"), demand.worker.full_name),
        (_("Employer"), demand.employment.employer.name),
        (_("Asked"), formatting.date_long(demand.asked_on)),
        (_("State"), demand.get_state_display()),
    ]
    if demand.via and not for_employer:
        found.append((_("Asked through"), str(demand.via)))
    if demand.due_on:
        found.append((_("Answer due"), formatting.date_long(demand.due_on)))
    return found


def _sealed(demand: Demand, title: str, lines: list[str], steps: list[DemandStep]) -> bytes:
    return sealed_paper(
        title=title,
        facts=facts(demand),
        lines=lines,
        steps=[(one, one.on) for one in steps],
        sealing=sealing_fund(demand.worker.registered_in),
    )


def is_silent(demand: Demand) -> bool:
    """Silence was stated; a certificate that came later does not undo that."""
    return demand.state == DemandState.EXPIRED or demand.steps.filter(kind=DemandStepKind.EXPIRED).exists()
