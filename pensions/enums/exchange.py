"""Codes of the exchange between institutions. Period types, relevance and schemes are those of the P5000 model."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RequestState(models.TextChoices):
    DRAFTED = "drafted", _("draft")
    SENT = "sent", pgettext_lazy("request", "sent")
    RECEIVED = "received", pgettext_lazy("request", "received")
    ANSWERED = "answered", _("all confirmed")
    PARTLY_CONFIRMED = "partly_confirmed", _("partly confirmed")
    DISPUTED = "disputed", _("disputed")
    CLOSED = "closed", pgettext_lazy("request", "closed")
    WITHDRAWN = "withdrawn", _("withdrawn")


WAITING = (RequestState.SENT, RequestState.RECEIVED)
ANSWERS = (RequestState.ANSWERED, RequestState.PARTLY_CONFIRMED, RequestState.DISPUTED)
# What a person may do by a button; an answer moves a request by itself.
REQUEST_MOVES: dict[str, set[str]] = {
    RequestState.DRAFTED: {RequestState.SENT, RequestState.WITHDRAWN},
    RequestState.SENT: {RequestState.RECEIVED, RequestState.WITHDRAWN, RequestState.CLOSED},
    RequestState.RECEIVED: {RequestState.WITHDRAWN, RequestState.CLOSED},
    **{state: {RequestState.SENT, RequestState.CLOSED} for state in ANSWERS},
    RequestState.CLOSED: set(),
    RequestState.WITHDRAWN: set(),
}


class Purpose(models.TextChoices):
    AWARD = "award", _("award of a pension")
    REVIEW = "review", _("review")
    PRELIMINARY = "preliminary", _("preliminary calculation")
    RECALCULATION = "recalculation", _("recalculation")


class Channel(models.TextChoices):
    ELECTRONIC = "electronic", _("in this system")
    FILE = "file", _("as a file")
    PAPER = "paper", _("on paper")


class Verdict(models.TextChoices):
    CONFIRMED = "confirmed", _("confirmed")
    PARTLY = "partly", _("confirmed for other dates")
    DISPUTED = "disputed", _("disputed")
    UNKNOWN = "unknown", _("not found there")
    FURTHER = "further", _("a further period")


class PeriodType(models.TextChoices):
    COMPULSORY = "10", _("compulsory contributions")
    COMPULSORY_EMPLOYED = "11", _("compulsory, employed")
    COMPULSORY_SELF_EMPLOYED = "12", _("compulsory, self-employed")
    COMPULSORY_UNEMPLOYED = "13", _("compulsory, unemployed")
    VOLUNTARY = "20", _("voluntary")
    VOLUNTARY_EMPLOYED = "21", _("voluntary, employed")
    VOLUNTARY_SELF_EMPLOYED = "22", _("voluntary, self-employed")
    VOLUNTARY_UNEMPLOYED = "23", _("voluntary, unemployed")
    RESIDENCE = "30", _("residence")
    EQUIVALENT = "40", _("equivalent, not specified")
    SICKNESS = "41", _("equivalent: sickness")
    UNEMPLOYED_WITHOUT_BENEFIT = "42", _("equivalent: unemployment without benefit")
    MILITARY = "43", _("equivalent: military service")
    TRAINING = "44", _("equivalent: training")
    CHILD_CARE = "45", _("equivalent: child care")
    PENSION = "46", _("equivalent: pension")
    MATERNITY = "47", _("equivalent: maternity")
    EARLY_PENSION = "48", _("equivalent: early pension")
    UNEMPLOYED_WITH_BENEFIT = "49", _("equivalent: unemployment with benefit")
    DISABILITY_BENEFIT = "50", _("equivalent: disability benefit")
    CARE_OF_DEPENDANTS = "51", _("equivalent: care of dependants")
    FICTITIOUS = "52", _("equivalent: fictitious period")


class Relevance(models.TextChoices):
    """A bit each for old age, survivors and disability."""

    NONE = "000", _("none")
    DISABILITY = "001", _("disability")
    SURVIVORS = "010", _("survivors")
    SURVIVORS_DISABILITY = "011", _("survivors and disability")
    OLD_AGE = "100", _("old age")
    OLD_AGE_DISABILITY = "101", _("old age and disability")
    OLD_AGE_SURVIVORS = "110", _("old age and survivors")
    ALL = "111", _("all kinds of pension")


class Scheme(models.TextChoices):
    GENERAL = "00", _("general")
    EMPLOYEES = "01", _("employees")
    SELF_EMPLOYED = "02", _("self-employed")
    CIVIL_SERVANTS = "03", _("civil servants")
    MINERS = "04", _("miners")
    RESIDENCE = "05", _("residence scheme")
    FARMERS = "06", _("farmers")
    SEAFARERS = "07", _("seafarers")
    OTHER = "99", _("other")
