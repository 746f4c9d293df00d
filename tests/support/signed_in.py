"""Test clients that sign a person in without the form have shown a second factor as well.

`client.force_login(user)` stands for a whole sign-in; what a half one opens is tried in tests/accounts/test_wall.py.
"""

from django.test.client import ClientMixin

from accounts.enums import Factor
from accounts.models import UserSession
from accounts.services import sessions

_force_login = ClientMixin.force_login


def force_login(client, user, backend=None):
    _force_login(client, user, backend)
    key = client.session[sessions.KEY]
    sessions.confirm(UserSession.everything.get(pk=key), Factor.APP)


ClientMixin.force_login = force_login
