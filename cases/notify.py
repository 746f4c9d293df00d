"""Messages to colleagues. They name no client, no case and no partner: a telephone lies open on a table."""

from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership, Organisation, User
from common import clock


def supervisors(organisation: Organisation, sentence: Any, address: str) -> None:
    """An e-mail to each supervisor, in his language, once what it tells of is committed."""
    members = Membership.objects.valid_on(clock.today()).filter(
        organisation=organisation, role=Role.CASE_SUPERVISOR
    )
    people = list(User.objects.filter(pk__in=members.values("user_id"), is_active=True))
    transaction.on_commit(lambda: _send(people, sentence, f"{settings.SITE_ADDRESS}{address}"), robust=True)


def _send(people: list[User], sentence: Any, link: str) -> None:
    for one in people:
        with translation.override(one.language):
            send_mail(_("Kozot: something waits for you"), f"{sentence}\n\n{link}", None, [one.email])
