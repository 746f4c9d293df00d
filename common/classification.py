"""What each field of each model is: how long it is kept, how it is scrubbed, whether the person is given it.

Every app says so in its `privacy.py` for all its models; a test fails on a field that nobody classified.
"""

from dataclasses import dataclass
from importlib import import_module

from django.apps import apps
from django.db import models


@dataclass(frozen=True)
class FieldClass:
    """`keep`: a retention rule's code; `scrub`: keep, blank, pseudonym or destroy; `given`: part of a person's data.

    What a copy for developers makes of `scrub` stands in `common.scrub`: blank is for words that somebody typed and
    that may name anybody.
    """

    code: str
    keep: str
    scrub: str
    given: bool


TECHNICAL = FieldClass("technical", keep="with_row", scrub="keep", given=False)
PUBLIC = FieldClass("public", keep="with_row", scrub="keep", given=False)
WORK = FieldClass("work", keep="75_years", scrub="keep", given=True)
TYPED = FieldClass("technical", keep="with_row", scrub="blank", given=False)
WORK_TYPED = FieldClass("work", keep="75_years", scrub="blank", given=True)
PERSONAL = FieldClass("personal", keep="75_years", scrub="pseudonym", given=True)
IDENTIFIER = FieldClass("identifier", keep="75_years", scrub="destroy", given=True)
CASE = FieldClass("case", keep="case_type", scrub="destroy", given=True)
STAFF = FieldClass("staff", keep="account", scrub="pseudonym", given=False)
SECRET = FieldClass("secret", keep="with_row", scrub="destroy", given=False)

OURS = ("common", "journal", "accounts", "pensions", "cases", "monitoring", "reports")


def classified() -> dict[str, dict[str, FieldClass]]:
    """{model label: {field: class}} assembled from every app's `privacy.py`."""
    table: dict[str, dict[str, FieldClass]] = {}
    for config in apps.get_app_configs():
        if config.label in OURS:
            module = import_module(f"{config.name}.privacy")
            for label, fields in module.FIELDS.items():
                table[f"{config.label}.{label}".lower()] = _spread(fields)
    return table


def _spread(fields: dict[FieldClass, str]) -> dict[str, FieldClass]:
    return {name: kind for kind, names in fields.items() for name in names.split()}


def unclassified() -> list[str]:
    """Fields without a class and classes without a field, as `app.model.field`."""
    table = classified()
    wrong = []
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in OURS and not model._meta.proxy:
            label = model._meta.label_lower
            real = {f.name for f in model._meta.get_fields() if isinstance(f, models.Field)}
            said = set(table.get(label, {}))
            wrong += [f"{label}.{name}" for name in sorted(real ^ said)]
    return wrong
