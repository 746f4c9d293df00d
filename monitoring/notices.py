"""Whoever left an address with a comment is told when the measure moves; each message says how to end that.

Ending it takes the address out of the comment: nothing is kept that is not needed.
"""

from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import send_mail
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from common import jobs

from .models import Comment, GateDecision

SALT = "monitoring.notices"
KIND = "monitoring.tell_author"


def tell_authors(decision: GateDecision, *, by: Any) -> int:
    """Queues one message for each address and measure's decision; returns how many. The same is never queued twice."""
    measure = decision.review.entry.run.measure
    found = Comment.objects.filter(consultation__entry__run__measure=measure).exclude(author_email="")
    newest = {comment.author_email.lower(): comment.pk for comment in found.order_by("received_at")}
    for pk in newest.values():
        params = {"comment": str(pk), "decision": str(decision.pk)}
        jobs.enqueue(KIND, by=by, params=params, key=f"{KIND} {decision.pk} {pk}")
    return len(newest)


def send(*, comment: Comment, decision: GateDecision) -> bool:
    """In the language of the comment; False if the author has ended it meanwhile."""
    if not comment.author_email:
        return False
    measure = decision.review.entry.run.measure
    with translation.override(comment.language):
        lines = [
            _("You commented on the measure %(code)s: %(title)s.")
            % {"code": measure.code, "title": measure.version.title},
            _("A decision has been taken: %(outcome)s.") % {"outcome": decision.get_outcome_display()},
            _("Reason: %(reason)s") % {"reason": decision.reason},
            _("What became of your comment: %(address)s") % {"address": _address("comment", comment.pk)},
            _("To get no more messages: %(address)s") % {"address": _address("comment_stop", token(comment))},
        ]
        subject = _("Kozot: the measure %(code)s has moved") % {"code": measure.code}
        send_mail(subject, "\n\n".join(lines), None, [comment.author_email])
    return True


def token(comment: Comment) -> str:
    return signing.dumps(str(comment.pk), salt=SALT)


def comment_of(value: str) -> Comment | None:
    """The comment that a link to end messages was made for."""
    try:
        return Comment.objects.filter(pk=signing.loads(value, salt=SALT)).first()
    except signing.BadSignature:
        return None


def _address(name: str, key: Any) -> str:
    return settings.SITE_ADDRESS + reverse(f"monitoring:{name}", args=[key])
