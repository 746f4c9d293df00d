import pytest

from tests.pensions.issuing.desk_of_issue import Office, make_office


@pytest.fixture
def office(house, settings, tmp_path) -> Office:
    settings.MEDIA_ROOT = tmp_path
    return make_office(house)


@pytest.fixture
def english(client, settings):
    """A browser whose pages are in English."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client
