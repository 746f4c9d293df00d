"""The API is asked what its document allows and what it does not: whatever comes, the answer is never a 5xx.

A few examples of each operation here; `FUZZ_EXAMPLES=200 pytest tests/project/test_api_fuzz.py` for many.
"""

import os

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from accounts.enums import Role
from accounts.services import tokens
from common.scoping import nobody

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "4"))
ASKED_BY = [None, Role.REGISTRY_OFFICIAL, Role.EMPLOYER_CLERK, Role.CASE_WORKER, Role.ANALYST]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept_connection():
    """As Django's own test client does: the connection of the test's transaction outlives a request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def document():
    made = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
    made.app = get_wsgi_application()
    return made


def headers_of(house, role: Role | None) -> dict[str, str]:
    if role is None:
        return {}
    user = house.user(role)
    actions = tokens.grantable(user)
    if not actions:
        return {}
    _row, text = tokens.issue(by=user, name="fuzz", actions=actions, days=1)
    return {"Authorization": f"Bearer {text}"}


@pytest.mark.parametrize("role", ASKED_BY)
def test_no_request_breaks_the_api(document, house, role):
    headers, asked, broken = headers_of(house, role), 0, []
    for found in document.get_all_operations():
        operation = found.ok()
        for mode in MODES:

            @settings(
                max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
                phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
            )  # fmt: skip
            @given(case=operation.as_strategy(generation_mode=mode))
            def ask(case):
                nonlocal asked
                cache.clear()  # limits of rate would answer for the API otherwise
                with nobody():
                    answer = case.call(base_url="http://testserver", headers=headers)
                asked += 1
                if answer.status_code >= 500:
                    broken.append((case.operation.label, answer.status_code, repr(case)[:300]))

            try:
                ask()
            except schemathesis.errors.SchemathesisError:
                continue  # an operation with nothing to be wrong about has no negative cases
    assert broken == []
    assert asked > 20
