"""The parts of a figure are named in the reader's language."""

import pytest
from django.utils import translation

from monitoring.models import DataItem
from monitoring.parts import DIMENSIONS, key_text


@pytest.mark.parametrize(
    ("language", "key", "text"),
    [
        ("ky", "SEX=female", "жынысы: Аялдар"),
        ("ru", "DEST_COUNTRY=RU", "государство назначения: Россия"),
        ("en", "CASE_TYPE=unpaid_wages;SEX=M", "kind of case: Unpaid wages and forced labour, sex: Men"),
        ("en", "", "total"),
        ("en", "OTHER=x1", "OTHER: x1"),
    ],
)
def test_a_key_is_said_in_words(language, key, text):
    with translation.override(language):
        assert key_text(key).lower() == text.lower()


@pytest.mark.django_db
def test_every_dimension_of_the_house_has_a_name(house):
    from accounts.enums import Role
    from monitoring.services import datasets

    datasets.load_items(by=house.user(Role.ANALYST))
    used = {name for item in DataItem.objects.all() for name in item.dimensions}
    assert used and used <= set(DIMENSIONS)
