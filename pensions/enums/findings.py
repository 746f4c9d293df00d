from django.db import models
from django.utils.translation import gettext_lazy as _


class FindingState(models.TextChoices):
    """Where the work on a finding stands; `resolved` is said by the check itself when nothing is left to find."""

    OPEN = "open", _("open")
    IN_WORK = "in_work", _("in work")
    EXPLAINED = "explained", _("explained")
    RESOLVED = "resolved", _("resolved by itself")


class Severity(models.TextChoices):
    ERROR = "error", _("cannot be right")
    WARNING = "warning", _("is to be looked at")
    NOTICE = "notice", _("is worth knowing")


class FindingOwner(models.TextChoices):
    """Who must act: the office that keeps the record, or the employer whose data it is."""

    REGISTRY = "registry", _("registry office")
    EMPLOYER = "employer", _("employer")


LIVE = (FindingState.OPEN, FindingState.IN_WORK)
