"""Codes of what workers say is wrong in their record."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Wrong(models.TextChoices):
    """What does not fit, in the person's own words for it."""

    NAME = "name", _("my name, birth date or number")
    WORK_MISSING = "work_missing", _("a work of mine is missing")
    DATES = "dates", _("the dates of a work are wrong")
    NOT_MINE = "not_mine", _("a work that is not mine")
    CONTRIBUTIONS = "contributions", _("contributions are missing or wrong")
    CERTIFICATE = "certificate", _("something in a certificate")
    OTHER = "other", pgettext_lazy("wrong in a record", "something else")


class CorrectionState(models.TextChoices):
    """Where a request stands; only `mended` says that the record has changed."""

    SENT = "sent", pgettext_lazy("correction", "sent")
    IN_WORK = "in_work", pgettext_lazy("correction", "in work")
    ASKED_BACK = "asked_back", pgettext_lazy("correction", "waits for your answer")
    MENDED = "mended", pgettext_lazy("correction", "put right")
    KEPT = "kept", pgettext_lazy("correction", "stays as it is")
    WITHDRAWN = "withdrawn", pgettext_lazy("correction", "taken back")


OPEN = (CorrectionState.SENT, CorrectionState.IN_WORK, CorrectionState.ASKED_BACK)
