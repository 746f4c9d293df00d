"""Codes of pension claims, awards and double receipt. Old age only."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ClaimState(models.TextChoices):
    OPEN = "open", pgettext_lazy("claim", "open")
    DECIDED = "decided", _("decided by all")
    WITHDRAWN = "withdrawn", _("withdrawn")


class ClaimWay(models.TextChoices):
    COUNTER = "counter", _("at the counter")
    OWN = "own", _("by the person")


class BranchState(models.TextChoices):
    """Where the claim stands in one state."""

    FILED = "filed", pgettext_lazy("claim", "filed")
    FORWARDED = "forwarded", pgettext_lazy("claim", "forwarded")
    RECEIVED = "received", pgettext_lazy("claim", "received")
    AWARDED = "awarded", pgettext_lazy("claim", "awarded")
    REFUSED = "refused", pgettext_lazy("claim", "refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


DECIDED = (BranchState.AWARDED, BranchState.REFUSED)


class Outcome(models.TextChoices):
    AWARDED = "awarded", _("pension awarded")
    REFUSED = "refused", _("pension refused")


class AwardBasis(models.TextChoices):
    """What an award pays for; two states cannot both pay as the state of residence."""

    TERRITORY = "territory", _("insurance in this state alone")
    RESIDENCE = "residence", _("also for other states, as the state of residence")


class DoubleKind(models.TextChoices):
    SAME_STATE = "same_state", _("two awards for the insurance of one state")
    TWO_RESIDENCES = "two_residences", _("two states pay as the state of residence")


class DoubleAnswer(models.TextChoices):
    LAWFUL = "lawful", _("both are right")
    ENDED = "ended", _("ours is ended")
    MISTAKE = "mistake", _("not the same person")
