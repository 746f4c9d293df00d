"""Titles in three columns, each with the state of its translation."""

from typing import Any

from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .enums import Language, TranslationState

FALLBACK = {"ky": ("ky", "ru", "en"), "ru": ("ru", "ky", "en"), "en": ("en", "ru", "ky")}


class Translated:
    """Adds `<name>_ky`, `<name>_ru`, `<name>_en` and their states; reading `<name>` gives the words in the
    language of the moment, or the nearest that exists.

        class Measure(models.Model):
            title = Translated(verbose_name=_("title"))
    """

    def __init__(self, *, verbose_name: Any, blank: bool = True):
        self.verbose_name, self.blank = verbose_name, blank
        self.short_description = verbose_name  # the heading of a column of a desk

    def contribute_to_class(self, cls: type[models.Model], name: str) -> None:
        self.name = name
        for language in Language.values:
            text = models.TextField(self.verbose_name, blank=True, default="")
            state = models.CharField(
                _("state of the translation"),
                max_length=12,
                choices=TranslationState,
                default=TranslationState.MISSING,
            )
            cls.add_to_class(f"{name}_{language}", text)
            cls.add_to_class(f"{name}_{language}_state", state)
        setattr(cls, name, self)

    def __get__(self, instance: models.Model | None, owner: type | None = None) -> Any:
        return self if instance is None else words(instance, self.name)[0]


def translated_labels(model: type[models.Model]) -> dict[str, Any]:
    """{name of a column: what it is and in which language} of every translated text of a model."""
    found = {}
    for name, one in vars(model).items():
        if isinstance(one, Translated):
            for language in Language:
                said = format_lazy("{} ({})", one.verbose_name, language.label)
                found[f"{name}_{language}"] = said
                found[f"{name}_{language}_state"] = format_lazy("{}: {}", said, _("state of the translation"))
    return found


def words(instance: models.Model, name: str, language: str | None = None) -> tuple[str, str]:
    """(text, language it is in); ("", "") when there is none."""
    wanted = (language or get_language() or "ky")[:2]
    for candidate in FALLBACK.get(wanted, FALLBACK["en"]):
        text = getattr(instance, f"{name}_{candidate}")
        if text:
            return text, candidate
    return "", ""


def translation_state(instance: models.Model, name: str, language: str | None = None) -> str:
    """State of the words in this language; a page marks everything that is not approved."""
    wanted = (language or get_language() or "ky")[:2]
    return getattr(instance, f"{name}_{wanted}_state")


def columns(name: str) -> list[str]:
    return [f"{name}_{language}{suffix}" for language in Language.values for suffix in ("", "_state")]
