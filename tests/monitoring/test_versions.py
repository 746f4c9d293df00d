"""The page of a measure's versions, and that nobody approves words of one's own."""

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.enums import Role
from common.enums import TranslationState
from common.errors import Refused
from monitoring.models import Measure
from monitoring.services import measures
from monitoring.versions import differences, reviewed_in, versions_of

pytestmark = pytest.mark.django_db
NEW = "Жаңы аталыш"
APPROVED, UNREVIEWED = TranslationState.APPROVED, TranslationState.UNREVIEWED


@pytest.fixture
def writer(house):
    return house.user(Role.ANALYST)


@pytest.fixture
def reader(house):
    return house.user(Role.ANALYST, "second")


@pytest.fixture
def measure(writer):
    measures.load_study(by=writer)
    return Measure.everything.get(code="S01")  # its Kyrgyz title was translated, and read by nobody yet


def reviewed(measure, language="ky"):
    found = versions_of(measure)
    one = reviewed_in(found, found[0], language)
    return one and (one.number, one.recorded_by)


def test_words_of_the_study_are_read_by_whoever_loaded_them(measure, writer):
    """Loading is not writing."""
    assert reviewed(measure) is None
    measures.revise(by=writer, measure=measure, reason="read", title_ky_state=APPROVED)
    assert reviewed(measure) == (2, writer)


def test_nobody_approves_words_of_ones_own(measure, writer, reader):
    with pytest.raises(Refused) as raised, transaction.atomic():
        measures.revise(by=writer, measure=measure, reason="new", title_ky=NEW, title_ky_state=APPROVED)
    assert raised.value.code == "own_words"
    measures.revise(by=writer, measure=measure, reason="new", title_ky=NEW, title_ky_state=UNREVIEWED)
    with pytest.raises(Refused), transaction.atomic():
        measures.revise(by=writer, measure=measure, reason="read", title_ky_state=APPROVED)
    measures.revise(by=reader, measure=measure, reason="read", title_ky_state=APPROVED)
    measures.revise(by=writer, measure=measure, reason="law", legal_basis="Art. 12")
    assert reviewed(measure) == (3, reader)
    measures.revise(
        by=writer, measure=measure, reason="better", title_ky=NEW + "!", title_ky_state=UNREVIEWED
    )
    assert reviewed(measure) is None


def test_two_versions_side_by_side(measure, writer):
    measures.revise(
        by=writer, measure=measure, reason="new", title_ky=NEW, title_ky_state=UNREVIEWED, horizon="long"
    )
    new, old = versions_of(measure)
    found = differences(old, new)
    assert [(one.language, one.after) for one in found if one.language] == [("ky", NEW)]
    assert len(found) == 2
    assert differences(new, new) == []


def test_the_page_compares_and_names_reviewers_to_participants_only(client, measure, writer, reader):
    measures.revise(by=writer, measure=measure, reason="shorter", title_ky=NEW, title_ky_state=UNREVIEWED)
    measures.revise(by=reader, measure=measure, reason="read", title_ky_state=APPROVED)
    address = reverse("monitoring:measure_versions", args=[measure.code])
    assert address in client.get(reverse("monitoring:measure", args=[measure.code])).content.decode()
    client.cookies["django_language"] = "en"
    for query in ({"older": 1, "newer": 2}, {"older": 2, "newer": 1}):
        page = client.get(address, query).content.decode()
        assert NEW in page and "What changed from version 1 to version 2" in page and "shorter" in page
        assert "approved in version 3" in page and reader.full_name not in page
    assert "Both versions read the same." in client.get(address, {"older": 2, "newer": 2}).content.decode()
    for wrong in ({"older": 9, "newer": 1}, {"older": "x"}):
        answer = client.get(address, wrong)
        assert answer.status_code == 200 and "What changed" not in answer.content.decode()
    client.force_login(writer)
    assert reader.full_name in client.get(address).content.decode()


def test_as_many_queries_for_one_version_as_for_five(client, measure, writer):
    address = reverse("monitoring:measure_versions", args=[measure.code])
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count():
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        return len(asked)

    one = count()
    for number in range(4):
        measures.revise(by=writer, measure=measure, reason="law", legal_basis=f"Art. {number}")
    assert count() == one
