"""From a comment to the decision: answers in its language, its own page, and news for whoever left an address."""

import pytest
from django.core import mail
from django.urls import reverse

from common.errors import Invalid
from common.models import Job
from monitoring import notices
from monitoring.enums import Outcome, Stage
from monitoring.models import Comment, GateDecision
from monitoring.services import chain, consultations

from .chain_walk import Walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def walk(house):
    return Walk(house).to(Stage.PUBLIC_DISCUSSION)


@pytest.fixture
def public(walk):
    return walk.discussion("public", offline_channel="post")


def say(public, text, language="ky", email="", by=None, **more):
    return consultations.comment(
        by=by, consultation=public, text=text, language=language, author_email=email, **more
    )


def test_a_group_is_answered_in_every_language_of_its_comments(walk, public):
    said = [say(public, "Колдойм"), say(public, "Поддерживаю", "ru"), say(public, "Ооба")]
    values = {"by": walk.analyst, "comments": said, "topic": "support"}
    with pytest.raises(Invalid) as error:
        consultations.answer(**values, texts={"ky": "Рахмат", "en": "Thanks"})
    assert (error.value.code, error.value.field) == ("answer_empty", "text_ru")
    assert not any(one.responses.exists() for one in said), "all or nothing"
    made = consultations.answer(**values, texts={"ky": "Рахмат", "ru": "Спасибо", "en": "unused"})
    assert {one.language for one in made} == {"ky", "ru"}
    assert [one.responses.get().text for one in said] == ["Рахмат", "Спасибо", "Рахмат"]


def test_a_visitor_is_led_to_the_page_of_the_comment(client, public, walk):
    answer = client.post(
        reverse("monitoring:consultation", args=[public.pk]),
        {"text": "Кайсы региондо?", "language": "ky", "author_email": "a@example.org"},
    )
    comment = Comment.objects.get()
    assert answer["Location"] == reverse("monitoring:comment", args=[comment.pk])
    page = client.get(answer["Location"]).content.decode()
    assert "Кайсы региондо?" not in page, "not before a moderator has read it"
    consultations.moderate(by=walk.analyst, comment=comment, shown=True)
    consultations.answer(
        by=walk.analyst, comments=[comment], topic="question", texts={"ky": "Ошто"}, accepted=True
    )
    walk.go(Outcome.SUSPEND)
    page = client.get(answer["Location"]).content.decode()
    assert "Кайсы региондо?" in page and "Ошто" in page and "the evidence is there" in page
    assert "a@example.org" not in page


def test_a_hidden_comment_shows_its_way_but_not_its_words(client, public, walk):
    comment = say(public, "жаман сөз")
    consultations.moderate(by=walk.analyst, comment=comment, shown=False, reason="insult")
    consultations.answer(
        by=walk.analyst, comments=[comment], topic="off_topic", texts={"ky": "жаман сөз эмес"}
    )
    page = client.get(reverse("monitoring:comment", args=[comment.pk])).content.decode()
    assert "жаман сөз" not in page


def queued() -> list[Job]:
    return list(Job.everything.filter(kind=notices.KIND))


def test_authors_are_told_once_for_each_decision_in_their_language(walk, public):
    say(public, "Колдойм", email="Aibek@example.org")
    newest = say(public, "Дагы бир ой", email="aibek@example.org")
    say(public, "Поддерживаю", "ru", email="olga@example.org")
    say(public, "без адреса", "ru")
    walk.go(Outcome.SUSPEND)
    decision = GateDecision.objects.order_by("decided_at").last()
    assert len(queued()) == 2
    assert notices.tell_authors(decision, by=walk.boss) == 2
    assert len(queued()) == 2, "queued once, however often it is asked for"
    assert notices.send(comment=newest, decision=decision)
    message = mail.outbox[-1]
    assert message.to == ["aibek@example.org"]
    assert walk.measure.version.title_ky in message.body
    assert reverse("monitoring:comment", args=[newest.pk]) in message.body
    assert "the evidence is there" in message.body
    chain.resume(by=walk.boss, measure=walk.measure, reason="on")
    walk.go(Outcome.SUSPEND)
    assert len(queued()) == 4


def test_messages_end_by_the_link_and_the_comment_stays(client, walk, public):
    first, second = (say(public, text, email="a@example.org") for text in ("бир", "эки"))
    other = say(public, "үч", email="b@example.org")
    address = reverse("monitoring:comment_stop", args=[notices.token(first)])
    assert client.get(address).status_code == 200
    first.refresh_from_db()
    assert first.author_email, "a mail program that opens links ends nothing"
    assert client.post(address).status_code == 200
    for one in (first, second, other):
        one.refresh_from_db()
    assert (first.author_email, second.author_email, other.author_email) == ("", "", "b@example.org")
    assert client.get(address).status_code == 200
    walk.go(Outcome.SUSPEND)
    assert len(queued()) == 1
    forged = reverse("monitoring:comment_stop", args=[notices.token(other)[:-2] + "xx"])
    assert client.post(forged).status_code == 404


def test_a_message_is_not_sent_after_the_end(walk, public):
    comment = say(public, "бир", email="a@example.org")
    walk.go(Outcome.SUSPEND)
    decision = GateDecision.objects.order_by("decided_at").last()
    consultations.end_messages(by=None, comment=comment)
    comment.refresh_from_db()
    assert not notices.send(comment=comment, decision=decision)
    assert not mail.outbox


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_pages_of_a_comment(client, settings, public, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    comment = say(public, "бир", email="a@example.org")
    assert client.get(reverse("monitoring:comment", args=[comment.pk])).status_code == 200
    assert client.get(reverse("monitoring:comment_stop", args=[notices.token(comment)])).status_code == 200
    assert client.get(reverse("monitoring:comment_stop", args=["none"])).status_code == 404
