"""The world in which permissions are walked: made once for a module, in a transaction that is never committed.

Tests that use it carry the mark `django_db`, whose own transaction is a savepoint inside: what they do is taken back.
"""

import logging
import tempfile
from contextlib import ExitStack

import pytest
from django.db import connections, transaction
from django.test import Client, override_settings

from common.scoping import system
from tests.support.world import World


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        stack.enter_context(override_settings(MEDIA_ROOT=folder))
        for alias in connections:
            stack.enter_context(undone(alias))
        logging.getLogger("django.request").setLevel(logging.CRITICAL)  # refusals are what is wanted
        stack.callback(logging.getLogger("django.request").setLevel, logging.NOTSET)
        with system("the world of a walk"):
            made = World()
        yield made


class undone:
    """A transaction that is always rolled back."""

    def __init__(self, alias: str = "default"):
        self.alias, self.atomic = alias, transaction.atomic(using=alias)

    def __enter__(self):
        self.atomic.__enter__()

    def __exit__(self, *error):
        transaction.set_rollback(True, using=self.alias)
        self.atomic.__exit__(*error)


@pytest.fixture
def sign_in(world):
    """A client of the person of our side who has this role; of nobody without one."""

    def enter(role=None) -> Client:
        client = Client(raise_request_exception=True)
        client.cookies["django_language"] = "en"
        if role is not None:
            client.force_login(world.users[role])
        return client

    return enter
