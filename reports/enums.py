from django.db import models
from django.utils.translation import gettext_lazy as _


class Audience(models.TextChoices):
    MINISTRY = "ministry", _("ministries")
    NGO = "ngo", _("non-governmental organisations")
    PUBLIC = "public", _("everyone")


class EditionState(models.TextChoices):
    DRAFT = "draft", _("draft")
    APPROVED = "approved", _("approved in all languages")
    PUBLISHED = "published", _("published")
    REPLACED = "replaced", _("replaced by an erratum")


class Format(models.TextChoices):
    HTML = "html", _("web page")
    PDF = "pdf", "PDF"
    XLSX = "xlsx", "XLSX"
    DOCX = "docx", "DOCX"
    CSV = "csv", "CSV"
