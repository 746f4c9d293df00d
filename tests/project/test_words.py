"""Every heading of a desk's list and every name of a field on its pages stands in Kyrgyz and in Russian."""

import re

import pytest
from django.contrib.admin.options import BaseModelAdmin, ModelAdmin
from django.contrib.admin.utils import flatten, flatten_fieldsets, label_for_field
from django.db.models import Model, UUIDField
from django.utils.translation import override

from accounts.site import desk

NAMES = {"SHA-256", "sha256", "PIN"}  # the same in every language
NO_WORDS = {"__str__", "action_checkbox"}


def fields_of(one: BaseModelAdmin) -> list[str]:
    """What the page of a record shows; nothing where there is no such page, or it is all of our own making."""
    if one.fieldsets:
        return flatten_fieldsets(one.fieldsets)
    if one.fields:
        return flatten(one.fields)
    own, is_page = type(one), isinstance(one, ModelAdmin)
    if is_page and (own.change_view is not ModelAdmin.change_view or not isinstance(one.opts.pk, UUIDField)):
        return []
    if (
        own.get_fields is not BaseModelAdmin.get_fields
        or own.get_fieldsets is not BaseModelAdmin.get_fieldsets
    ):
        return []
    return [
        field.name for field in one.opts.fields if field.editable and field.name not in (one.exclude or ())
    ]


def labels() -> list[tuple[type, str, BaseModelAdmin]]:
    found = []
    for one in desk._registry.values():
        for part in (one, *(inline(one.model, desk) for inline in one.inlines)):
            names = [*getattr(part, "list_display", ()), *fields_of(part), *part.readonly_fields]
            found += [(part.model, name, part) for name in names if name not in NO_WORDS]
    return found


def own_names(model: type) -> list[str]:
    return [str(model._meta.verbose_name), str(model._meta.verbose_name_plural)]


def is_bare(text: str) -> bool:
    return bool(re.search(r"[A-Za-z]{2}", text)) and not re.search(r"[\u0400-\u04ff]", text)


@pytest.mark.parametrize("language", ["ky", "ru"])
def test_no_heading_of_a_desk_is_a_field_s_own_name(language):
    bare = set()
    with override(language):
        for model, name, part in labels():
            label = str(label_for_field(name, model, part))
            if is_bare(label):
                bare.add(f"{model._meta.label}.{name}: {label}")
        bare |= {f"{name}: {name}" for model in desk._registry for name in own_names(model) if is_bare(name)}
    assert {one for one in bare if one.split(": ")[1] not in NAMES} == set()
    assert len(labels()) > 300


def test_a_record_with_a_page_has_a_name_of_its_own():
    """Its page is headed by it, and a list says it: `Referral object (0190…)` names nothing."""
    models = [model for model in desk._registry if isinstance(model._meta.pk, UUIDField)]
    assert not [model._meta.label for model in models if model.__str__ is Model.__str__]
