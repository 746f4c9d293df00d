from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Audience(models.TextChoices):
    MINISTRY = "ministry", _("ministries")
    NGO = "ngo", _("non-governmental organisations")
    PUBLIC = "public", _("everyone")


class EditionState(models.TextChoices):
    DRAFT = "draft", _("draft")
    APPROVED = "approved", _("approved in all languages")
    EMBARGOED = "embargoed", _("under embargo")
    PUBLISHED = "published", _("published")
    REPLACED = "replaced", _("replaced by an erratum")
    WITHDRAWN = "withdrawn", pgettext_lazy("edition", "withdrawn")
    DISCARDED = "discarded", _("discarded before publication")


OPEN_STATES = (EditionState.DRAFT, EditionState.APPROVED, EditionState.EMBARGOED)
# What has a page for its readers: what was once public keeps its address, though it may say only why it is gone.
PUBLIC_STATES = (EditionState.PUBLISHED, EditionState.REPLACED, EditionState.WITHDRAWN)


class NoticeKind(models.TextChoices):
    ERRATUM = "erratum", _("erratum")
    WITHDRAWAL = "withdrawal", pgettext_lazy("edition", "withdrawal")


class Format(models.TextChoices):
    HTML = "html", _("web page")
    PDF = "pdf", "PDF"
    XLSX = "xlsx", "XLSX"
    DOCX = "docx", "DOCX"
    CSV = "csv", "CSV"
    SDMX = "sdmx", "SDMX"
