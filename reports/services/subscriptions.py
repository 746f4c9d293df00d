"""Letters about new editions: asked for, confirmed by the holder of the address, sent once, ended in one click."""

import datetime as dt
from typing import Any

from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common import clock, files, formatting
from common.errors import Missing
from common.scoping import system
from common.service import service
from common.translated import words
from reports.enums import Audience, EditionState, Format
from reports.letters import address, letter
from reports.models import Delivery, Edition, ReportDefinition, Subscription

CONFIRM_WITHIN = dt.timedelta(days=7)
NEWS_FOR = dt.timedelta(days=14)  # an edition that is older is sent to nobody any more


@service
def ask(*, by: Any, definition: ReportDefinition, email: str, language: str) -> None:
    """Sends a letter with the link that confirms; the answer is the same whether or not the address is known."""
    if definition.audience != Audience.PUBLIC:
        raise Missing()
    subscription, _made = Subscription.objects.get_or_create(
        definition=definition, email=email.strip().lower(), defaults={"language": language}
    )
    template = "subscribed" if subscription.confirmed_at else "confirm"
    note = letter(
        subscription.email,
        language,
        template,
        {
            "title": words(definition, "title", language)[0],
            "confirm": address(reverse("subscription_confirm", args=[subscription.secret])),
            "leave": leave_address(subscription),
        },
    )
    transaction.on_commit(note.send)


@service
def confirm(*, by: Any, secret: str) -> Subscription:
    subscription = _known(secret)
    if subscription.confirmed_at is None:
        subscription.confirmed_at = clock.now()
        subscription.save(update_fields=["confirmed_at"])
    return subscription


@service
def leave(*, by: Any, secret: str) -> None:
    """Forgets the address. Whoever has left already is told the same."""
    Subscription.objects.filter(secret=secret).delete()


def _known(secret: str) -> Subscription:
    found = Subscription.objects.select_related("definition").filter(secret=secret).first()
    if found is None:
        raise Missing(message=_("This subscription is unknown: it has ended, or was not confirmed in time."))
    return found


def leave_address(subscription: Subscription) -> str:
    return address(reverse("subscription_leave", args=[subscription.secret]))


def forget_unconfirmed() -> int:
    late = Subscription.objects.filter(confirmed_at=None, asked_at__lt=clock.now() - CONFIRM_WITHIN)
    return late.delete()[0]


def send_news() -> int:
    """Sends every new public edition to those who had confirmed before it; safe to run twice, also at once."""
    sent = 0
    with system("letters to subscribers"):
        news = Edition.everything.filter(
            state=EditionState.PUBLISHED,
            definition__audience=Audience.PUBLIC,
            published_at__gte=clock.now() - NEWS_FOR,
        ).select_related("definition")
        for edition in news.order_by("published_at"):
            sent += _send(edition)
    return sent


def _send(edition: Edition) -> int:
    waiting = Subscription.objects.filter(
        definition=edition.definition, confirmed_at__lte=edition.published_at
    ).exclude(deliveries__edition=edition)
    attachments: dict[str, tuple[str, bytes]] = {}
    sent = 0
    with mail.get_connection() as connection:
        for subscription in waiting.order_by("pk").iterator(chunk_size=500):
            language = subscription.language
            if language not in attachments:
                attachments[language] = _document(edition, language)
            sent += _send_one(connection, edition, subscription, attachments[language])
    return sent


def _send_one(connection, edition: Edition, subscription: Subscription, document: tuple[str, bytes]) -> int:
    """The row is written first: a worker that dies in between leaves one letter out, and none goes twice."""
    try:
        with transaction.atomic():
            delivery = Delivery.objects.create(subscription=subscription, edition=edition)
    except IntegrityError:
        return 0
    note = news(edition, subscription)
    note.attach(document[0], document[1], "application/pdf")
    note.connection = connection
    try:
        note.send()
    except OSError:
        delivery.delete()  # the letter did not go: tried again with the next round
        return 0
    return 1


def news(edition: Edition, subscription: Subscription):
    """The letter, with the headers by which mail programs offer to unsubscribe (RFC 2369, RFC 8058)."""
    leave = leave_address(subscription)
    language = subscription.language
    return letter(
        subscription.email,
        language,
        "news",
        {
            "title": words(edition.definition, "title", language)[0],
            "period": formatting.period(edition.period, language),
            "corrects": edition.corrects_id is not None,
            "page": address(reverse("edition", args=[edition.pk])),
            "leave": leave,
        },
        headers={"List-Unsubscribe": f"<{leave}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )


def _document(edition: Edition, language: str) -> tuple[str, bytes]:
    build = edition.builds.filter(language=language, format=Format.PDF).latest()
    return build.file.name, files.read(build.file)
