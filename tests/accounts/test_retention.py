"""What signing in leaves behind is forgotten in time, and nothing that still opens a door."""

import datetime as dt

import pytest
from django.test import Client

from accounts.enums import LinkPurpose, Role
from accounts.models import AccountLink, EntryCode, User, UserSession
from accounts.services import entry_codes, retention
from accounts.tasks import forget_sign_ins
from common import clock

pytestmark = pytest.mark.django_db


def test_old_sessions_links_and_codes_are_forgotten_and_the_account_stays(house, time_machine):
    user, client = house.user(Role.ANALYST), Client()
    client.force_login(user)
    entry_codes.give(by=None, user=user, channel="in_person")
    AccountLink.make(user=user, purpose=LinkPurpose.RESET, expires_at=clock.now() + dt.timedelta(hours=1))
    assert set(retention.forget().values()) == {0}
    assert client.get("/account/").status_code == 200
    time_machine.move_to(clock.now() + dt.timedelta(days=31))
    gone = retention.forget()
    assert (gone["sessions"], gone["links"], gone["codes"], gone["stored"]) == (0, 1, 1, 1)
    time_machine.move_to(clock.now() + dt.timedelta(days=150))
    assert forget_sign_ins()["sessions"] == 1
    assert not (UserSession.everything.exists() or EntryCode.objects.exists())
    assert User.objects.filter(pk=user.pk).exists()
