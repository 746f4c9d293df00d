"""The words of messages: how much of what, and where to look. Never about whom.

What a worker gets names neither the house nor the matter: a telephone may be in other hands.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .enums import Role
from .models import Notice, User
from .notices import kinds

SALT = "accounts.messages.stop"
PLACES = 5


@dataclass(frozen=True)
class Words:
    subject: str
    body: str
    short: str
    stop: str


def words(user: User, notices: Iterable[Notice]) -> Words:
    """In the person's language; `short` for a telephone, `stop` the address that ends what may be ended."""
    by_kind: dict[str, list[Notice]] = defaultdict(list)
    for one in notices:
        by_kind[one.kind].append(one)
    stop = _site(reverse("accounts:stop_messages", args=[token(user, by_kind)])) if _may_end(by_kind) else ""
    with translation.override(user.language):
        return _discreet(by_kind, stop) if user.roles <= {Role.WORKER} else _plain(by_kind, stop)


def _plain(by_kind: dict[str, list[Notice]], stop: str) -> Words:
    page = _site(reverse("accounts:messages"))
    lines = [sentence(code, len(rows)) for code, rows in by_kind.items()]
    if len(lines) == 1:
        subject = lines[0]
    else:
        count = sum(map(len, by_kind.values()))
        subject = ngettext("%(count)d thing for you", "%(count)d things for you", count) % {"count": count}
    parts = [_paragraph(line, rows, page) for line, rows in zip(lines, by_kind.values(), strict=True)]
    return Words(f"Kozot: {subject}", "\n\n".join([*parts, _foot(stop)]), f"Kozot: {subject} {page}", stop)


def _discreet(by_kind: dict[str, list[Notice]], stop: str) -> Words:
    count = sum(map(len, by_kind.values()))
    line = ngettext("There is news for you.", "There are %(count)d news for you.", count) % {"count": count}
    page = _site(reverse("accounts:messages"))
    return Words(_("News for you"), f"{line}\n{page}\n\n{_foot(stop)}", f"{line} {page}", stop)


def _paragraph(line: str, rows: list[Notice], page: str) -> str:
    labels = ", ".join(dict.fromkeys(one.label for one in rows if one.label))
    places = list(dict.fromkeys(_site(one.path) for one in rows if one.path)) or [page]
    shown = places if len(places) <= PLACES else [page]
    return "\n".join(filter(None, [line, labels, *shown]))


def _foot(stop: str) -> str:
    lines = [
        _("Choose what you are told, how and when: %(address)s")
        % {"address": _site(reverse("accounts:message_settings"))}
    ]
    if stop:
        lines.append(_("To get no more of these: %(address)s") % {"address": stop})
    return "\n".join(lines)


def sentence(code: str, count: int) -> str:
    return str(kinds()[code].line % {"count": count})


def _site(path: str) -> str:
    return f"{settings.SITE_ADDRESS}{path}"


def _may_end(codes: Iterable[str]) -> list[str]:
    return sorted(code for code in codes if not kinds()[code].fixed)


def token(user: User, codes: Iterable[str]) -> str:
    """Ends these kinds for this person, without signing in; it opens nothing and shows nothing else."""
    return signing.dumps([str(user.pk), _may_end(codes)], salt=SALT, compress=True)


def read_token(value: str) -> tuple[str, list[str]] | None:
    """(user's key, kinds that still exist), or None for what this house did not sign."""
    try:
        user, codes = signing.loads(value, salt=SALT)
    except signing.BadSignature:
        return None
    return user, [code for code in codes if code in kinds()]
