"""Sentences that more than one module needs."""

from typing import Any

from django.utils.translation import gettext_lazy as _

_TEMPLATE_ERRORS = {
    "empty": _("A template asks at least one question."),
    "kind": _("Question “%(question)s”: there is no such kind of answer."),
    "words": _("Question “%(question)s”: write it in at least one language."),
    "choices": _("Question “%(question)s”: give the answers to choose from, and only where one is chosen."),
    "risk": _("Question “%(question)s”: there is no such risk."),
    "twice": _("Question “%(question)s” stands there twice."),
    "service": _("Service %(place)s: name its kind, what is done and in how many working days."),
}


def template_error(code: str) -> Any:
    return _TEMPLATE_ERRORS[code]
