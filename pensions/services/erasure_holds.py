"""What a record has to stay for: each question gives a sentence for what still runs, or nothing.

A higher floor adds its own (`hold`). What nobody in the registry may know is answered without a reason.
"""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from pensions.enums.claims import ClaimState
from pensions.enums.corrections import OPEN
from pensions.enums.exchange import WAITING
from pensions.enums.issuing import OPEN_DEMANDS, CertificateState
from pensions.models import Award, Certificate, CorrectionRequest, Demand, PensionClaim, PeriodRequest

Question = Callable[[list[Any]], str]
_questions: list[Question] = []
_unsaid: list[Question] = []


def hold(question: Question) -> Question:
    """Registers a question about the keys of a person's records; an empty answer holds nothing."""
    _questions.append(question)
    return question


def hold_unsaid(question: Question) -> Question:
    """One whose answer would tell something by itself: asked only when two people erase, never for a preview."""
    _unsaid.append(question)
    return question


def holds(records: list[Any], *, unsaid: bool = True) -> list[str]:
    questions = [*_questions, *(_unsaid if unsaid else [])]
    return [answer for ask in questions if (answer := ask(records))]


@hold
def claims(records: list[Any]) -> str:
    count = PensionClaim.everything.filter(worker__in=records, state=ClaimState.OPEN).count()
    return _("Open pension claims: %(count)s.") % {"count": count} if count else ""


@hold
def awards(records: list[Any]) -> str:
    count = Award.everything.filter(worker__in=records, end__isnull=True).count()
    return _("Pensions in payment: %(count)s.") % {"count": count} if count else ""


@hold
def requests(records: list[Any]) -> str:
    count = PeriodRequest.everything.filter(worker__in=records, state__in=WAITING).count()
    return (
        _("Requests between institutions without an answer: %(count)s.") % {"count": count} if count else ""
    )


@hold
def disputes(records: list[Any]) -> str:
    """Certificates that are suspended or demanded, and what the person wants put right."""
    count = (
        Certificate.everything.filter(worker__in=records, state=CertificateState.SUSPENDED).count()
        + Demand.everything.filter(worker__in=records, state__in=OPEN_DEMANDS).count()
        + CorrectionRequest.everything.filter(worker__in=records, state__in=OPEN).count()
    )
    return _("Certificates or entries in dispute: %(count)s.") % {"count": count} if count else ""
