"""Nothing of a person and no secret reaches a log, also not by an error that quotes it."""

import logging
import logging.config
from io import StringIO

import pytest
from django.conf import settings
from django.db import IntegrityError
from django.http import HttpRequest
from django.test import Client, override_settings
from django.urls import path

from accounts.models import ApiToken
from common import masking

TOKEN = "kozot_" + "a1B2" * 8
SECRETS = {
    "PIN": "21505199012345",
    "IIN": "900515300123",
    "SNILS": "112-233-445 95",
    "mail": "aigul.asanova@example.kg",
    "phone": "+996 555 123-456",
    "token": TOKEN,
    "link": "s3cr3t-of-a-link",
}
QUOTED = "Сооронбаева"
SENTENCE = (
    f"PIN {SECRETS['PIN']} IIN={SECRETS['IIN']}, СНИЛС {SECRETS['SNILS']}; {SECRETS['mail']} {SECRETS['phone']} "
    f"Authorization: Bearer {TOKEN} /account/link/{SECRETS['link']}/?a=1"
)


def failing(request: HttpRequest):
    database = IntegrityError(f"DETAIL:  Key (family_name, number)=({QUOTED}, 1) already exists.")
    raise ValueError(SENTENCE) from database


urlpatterns = [path("fails/", failing), path("account/link/<str:secret>/", failing)]


@pytest.fixture
def log():
    """What the configured handler writes."""
    chosen = {**settings.LOGGING["formatters"]["line"]}
    configured = logging.config.DictConfigurator({"version": 1}).configure_formatter(chosen)
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(configured)
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
def test_an_error_that_quotes_a_person_is_logged_without_the_person(log):
    client = Client(raise_request_exception=False)
    answer = client.get("/fails/", headers={"Authorization": f"Bearer {TOKEN}"})
    client.get(f"/account/link/{SECRETS['link']}/")
    logged = log.getvalue()
    assert "ValueError" in logged and "Traceback" in logged and "[number]" in logged
    for text in (*SECRETS.values(), QUOTED):
        assert text not in logged, text
        assert text not in answer.content.decode()


def test_arguments_of_a_message_are_masked_too(log):
    logging.getLogger("kozot.anything").warning("seen %s and %s", SECRETS["PIN"], SECRETS["mail"])
    assert "seen [number] and [mail]" in log.getvalue()


@pytest.mark.parametrize(
    "kept",
    [
        "job 01a21a1a-d95b-727a-bda3-112233445566 took 12345 ms",
        "2026-11-26 22:14:15,123 INFO 1000000 rows",
        "GET /admin/pensions/worker/ 200",
        "127.0.0.1:8000",
    ],
)
def test_what_an_operator_needs_stays(kept):
    assert masking.masked(kept) == kept


def test_handlers_of_others_are_masked():
    logger, stream = logging.Logger("celery"), StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("[%(levelname)s] %(message)s"))
    logger.addHandler(handler)
    masking.mask_handlers(logger=logger)
    logger.error("Task failed: %s", SECRETS["mail"])
    assert stream.getvalue() == "[ERROR] Task failed: [mail]\n"


def test_the_prefix_of_real_tokens_is_the_one_that_is_masked(db, house):
    from accounts.enums import Role

    _, text = ApiToken.issue(
        user=house.user(Role.ANALYST), name="x", actions=[], expires_at="2027-01-01T00:00:00Z"
    )
    assert masking.masked(f"got {text}.") == "got [token]."
