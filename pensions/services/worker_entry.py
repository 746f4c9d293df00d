"""How a worker gets into the own record: an official who has the person before them gives a one-time code."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.enums import CodeChannel, Role
from accounts.models import Membership, User
from accounts.services import entry_codes, second_factor, sessions
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from pensions.enums import WorkerState
from pensions.models import Worker

ACTION = "registry.worker.let_in"
NO_MAIL = "no-mail.invalid"


@service
def give_code(
    *, by: Any, worker: Worker, seen: bool, channel: str, language: str, phone: str = "", lost: bool = False
) -> str:
    """A code for the person's own record; returned to be shown when given in person, else "".

    `seen`: a document was shown. `lost`: the old phone is gone, so its passkeys and sessions end at once.
    Nothing of this for an account that works at a desk: a code would open the desk. Raises Invalid, Conflict.
    """
    access.require(by, ACTION, worker)
    worker = Worker.everything.select_for_update(of=("self",)).get(pk=worker.pk)
    if worker.state != WorkerState.REGISTERED or worker.merged_into_id:
        raise Conflict("not_registered", _("Only a registered record is opened to its person."))
    if not seen:
        raise Invalid("not_seen", _("Look at the person's document first."), field="seen")
    if channel == CodeChannel.SMS and not phone.strip():
        raise Invalid("phone_missing", _("Write the number of the person's own phone."), field="phone")
    user = worker.user or _account(worker, language)
    if not user.is_active:
        raise Conflict("account_closed", _("The account of this person is closed."))
    if second_factor.is_required(user):
        raise Conflict(
            "works_at_a_desk",
            _("This person's account also works at a desk, which an entry code must not open."),
            way_out=_(
                "The person signs in as at work. If the second factor is lost, an administrator takes it away."
            ),
        )
    if lost:
        Authenticator.objects.filter(user=user).delete()
        sessions.end_all(user)
    code = entry_codes.give(by=by, user=user, channel=channel, phone=phone)
    details = {"channel": channel, "lost": lost}
    journal.record(by=by, verb=Verb.DECIDED, obj=worker, subject_id=worker.pk, action=ACTION, details=details)
    return code


def _account(worker: Worker, language: str) -> User:
    """An account without password or mail. Its address leads nowhere and tells nothing of the person."""
    user = User.objects.create_user(
        email=f"{worker.pk}@{NO_MAIL}",
        full_name=" ".join(filter(None, [worker.family_name, worker.given_name, worker.patronymic])),
        language=language,
    )
    Membership.objects.create(user=user, role=Role.WORKER)
    Worker.everything.filter(pk=worker.pk).update(user=user)
    return user
