from django.db import models
from django.utils.translation import gettext_lazy as _


class TotalsState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    COMPLETE = "complete", _("done")
    STOPPED = "stopped", _("stopped before the end")


class TotalsMode(models.TextChoices):
    FULL = "full", _("everybody")
    INCREMENTAL = "incremental", _("whoever was touched")


class Gate(models.TextChoices):
    """Whether the full months that a treaty asks for are there; where ways of counting disagree, undetermined."""

    YES = "yes", _("yes")
    NO = "no", _("no")
    UNDETERMINED = "undetermined", _("undetermined")
