"""Names are found however they are spelt, and stand in the order of the Kyrgyz alphabet, on either database."""

import pytest
from django.forms import BaseForm, ModelChoiceField

from accounts.admin import OrganisationDesk
from accounts.apps import ROOMS
from accounts.enums import OrganisationKind, Role, State
from accounts.folded import AlphabeticalChoice, FoldedSearch
from accounts.models import Organisation, User
from accounts.site import desk

WORDS = ("name", "title")  # columns of words; what has a stored key searches that


def test_every_search_among_words_forgives():
    strict = [
        type(one).__name__
        for one in desk._registry.values()
        if any(part in field for field in one.search_fields for part in WORDS)
        and not isinstance(one, FoldedSearch)
    ]
    assert not strict, f"these desks search letter by letter: {strict}"
    assert OrganisationDesk.search_fields


def every_form(start: type = BaseForm) -> set[type]:
    below = set(start.__subclasses__())
    return below.union(*map(every_form, below)) if below else below


def ours(form: type) -> bool:
    """Written here. The admin makes forms for its inlines as pages are opened; ours are read there, not chosen from."""
    return form.__module__.partition(".")[0] in ROOMS


def test_every_choice_of_a_person_or_an_organisation_is_alphabetical():
    chosen = [
        (form.__name__, name, field)
        for form in every_form()
        for name, field in getattr(form, "base_fields", {}).items()
        if ours(form) and isinstance(field, ModelChoiceField) and field.queryset is not None
        if field.queryset.model in (User, Organisation)
    ]
    out_of_order = [(form, name) for form, name, field in chosen if not isinstance(field, AlphabeticalChoice)]
    assert len(chosen) >= 8
    assert not out_of_order, f"in the order of the database: {out_of_order}"


@pytest.fixture
def organisations(db):
    for name in ("Ысык", "Өмүр", "Омоков", "Ңомой", "Нур", "Ёлка", "Жылдыз", "Үмүт", "Умут"):
        Organisation.objects.create(
            kind=OrganisationKind.NGO, state=State.KG, name_ky=name, name_ru=name, name_en=name
        )


def test_the_order_of_the_alphabet(organisations):
    field = AlphabeticalChoice(
        queryset=Organisation.objects.filter(kind=OrganisationKind.NGO), empty_label=None
    )
    shown = [label for _key, label in field.choices]
    assert shown == ["Ёлка", "Жылдыз", "Нур", "Ңомой", "Омоков", "Өмүр", "Умут", "Үмүт", "Ысык"]


@pytest.mark.parametrize("typed", ["өмүр", "ӨМҮР", "омур", "Omur", "мүр өм"])
def test_a_name_is_found_however_it_is_spelt(typed, organisations, house, client):
    client.force_login(house.user(Role.SYSTEM_ADMINISTRATOR))
    client.cookies["django_language"] = "ky"
    page = client.get("/admin/accounts/organisation/", {"q": typed}).content.decode()
    found = page[page.index('id="result_list"') :]
    assert "Өмүр" in found and "Омоков" not in found
