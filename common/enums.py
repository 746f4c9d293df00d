from django.db import models
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    SUCCEEDED = "succeeded", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", _("uploaded")
    MAPPING = "mapping", _("columns to be named")
    STAGING = "staging", _("being read")
    CHECKED = "checked", _("checked, waiting for a decision")
    APPLYING = "applying", _("being applied")
    APPLIED = "applied", _("applied")
    REFUSED = "refused", _("refused")
    CANCELLED = "cancelled", _("cancelled")
    UNDONE = "undone", _("undone")


class TranslationState(models.TextChoices):
    """How far the words in one language may be trusted."""

    MISSING = "missing", _("not translated")
    MACHINE = "machine", _("translated by machine")
    UNREVIEWED = "unreviewed", _("not reviewed by a native speaker")
    APPROVED = "approved", _("approved")


class Language(models.TextChoices):
    KY = "ky", _("Kyrgyz")
    RU = "ru", _("Russian")
    EN = "en", _("English")
