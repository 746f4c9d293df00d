"""Discussions: panels of experts and consultations that are open to anyone."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import require
from common import clock
from common.errors import Invalid
from common.formatting import language_name
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from monitoring.enums import CommentChannel, CommentTopic, ConsultationKind, Moderation, Stage
from monitoring.models import Comment, Consultation, Measure, PanelMember, Response

from .chain import where

STAGES = {
    ConsultationKind.EXPERT: {Stage.EXPERT_DISCUSSION, Stage.EFFECTS_DISCUSSION},
    ConsultationKind.PUBLIC: {Stage.PUBLIC_DISCUSSION, Stage.EFFECTS_DISCUSSION},
}
MAX_COMMENT = 5_000


@service
def open_discussion(
    *,
    by: Any,
    measure: Measure,
    kind: str,
    opens_on: dt.date,
    closes_on: dt.date,
    offline_channel: str = "",
    **words: str,
) -> Consultation:
    """`words` are title_ky, question_ru …; a public one needs its question in Kyrgyz and Russian."""
    require(by, "monitoring.consultation.manage", measure)
    entry = where(measure)
    if entry is None or entry.stage not in STAGES[kind]:
        raise Invalid("wrong_stage", _("The measure does not stand in a stage of discussion."))
    if kind == ConsultationKind.PUBLIC and not (words.get("question_ky") and words.get("question_ru")):
        raise Invalid(
            "two_languages", _("A public discussion is held in Kyrgyz and Russian."), field="question"
        )
    made = Consultation.everything.create(
        entry=entry,
        kind=kind,
        opens_on=opens_on,
        closes_on=closes_on,
        offline_channel=offline_channel,
        created_by=by,
        **words,
    )
    journal.record(by=by, verb=Verb.CREATED, obj=made, action="monitoring.consultation.manage")
    return made


@service
def seat(*, by: Any, consultation: Consultation, user: Any) -> PanelMember:
    require(by, "monitoring.consultation.manage", consultation)
    if consultation.kind != ConsultationKind.EXPERT:
        raise Invalid("not_a_panel", _("Only a panel of experts has members."))
    return PanelMember.objects.get_or_create(consultation=consultation, user=user)[0]


@service
def take_part(
    *, by: Any, consultation: Consultation, interests: str, opinion: str, dissents: bool = False
) -> PanelMember:
    """A member declares interests (also that there are none) and gives an opinion."""
    member = PanelMember.objects.filter(consultation=consultation, user=by).first()
    if member is None:
        require(by, "monitoring.consultation.manage", consultation)
        raise Invalid("no_seat", _("You are not a member of this panel."))
    if where(consultation.entry.run.measure) != consultation.entry:
        raise Invalid("panel_over", _("The measure has left the stage of this panel; its opinions stand."))
    member.interests, member.opinion, member.dissents = interests, opinion, dissents
    member.attended, member.declared_at = True, clock.now()
    member.save()
    journal.record(by=by, verb=Verb.CHANGED, obj=consultation, action="monitoring.consultation.comment")
    return member


@service
def comment(
    *,
    by: Any,
    consultation: Consultation,
    text: str,
    language: str,
    author_name: str = "",
    author_email: str = "",
    channel: str = CommentChannel.WEB,
) -> Comment:
    """Takes a comment from anyone while the discussion is open; staff enter paper and telephone ones."""
    require(by, "monitoring.consultation.comment")
    if consultation.kind != ConsultationKind.PUBLIC:
        raise Invalid("not_public", _("This discussion is not open to everyone."))
    by_staff = channel != CommentChannel.WEB
    if by_staff:
        require(by, "monitoring.consultation.manage", consultation)
    if not by_staff and not consultation.opens_on <= clock.today() <= consultation.closes_on:
        raise Invalid("closed", _("The discussion is not open today."))
    if not text.strip() or len(text) > MAX_COMMENT:
        raise Invalid(
            "comment_length",
            _("A comment has between 1 and %(most)s letters."),
            field="text",
            most=MAX_COMMENT,
        )
    made = Comment.objects.create(
        consultation=consultation,
        text=text.strip(),
        language=language,
        author_name=author_name,
        author_email=author_email,
        channel=channel,
        entered_by=by if by_staff else None,
    )
    journal.record(by=by, verb=Verb.CREATED, obj=made, action="monitoring.consultation.comment")
    return made


@service
def moderate(*, by: Any, comment: Comment, shown: bool, reason: str = "") -> None:
    """Shows or hides a comment; a hidden one is still answered and counted."""
    require(by, "monitoring.consultation.manage", comment.consultation)
    if not shown and not reason.strip():
        raise Invalid("reason_missing", _("Say why a comment is not shown."), field="reason")
    comment.moderation = Moderation.SHOWN if shown else Moderation.HIDDEN
    comment.save(update_fields=["moderation"])
    journal.record(
        by=by, verb=Verb.CHANGED, obj=comment, action="monitoring.consultation.manage", reason=reason
    )


@service
def answer(
    *, by: Any, comments: list[Comment], topic: str, texts: dict[str, str], accepted: bool = False
) -> list[Response]:
    """Classifies and answers one comment or several like ones, each in the language in which it was made.

    `texts` are by language; each language of the comments needs its own.
    """
    if not comments:
        raise Invalid("no_comments", _("Choose the comments to answer."), field="comments")
    consultation = comments[0].consultation
    require(by, "monitoring.consultation.manage", consultation)
    if {one.consultation_id for one in comments} != {consultation.pk}:
        raise Invalid("mixed_discussions", _("One answer belongs to one discussion."), field="comments")
    if topic not in CommentTopic.values:
        raise Invalid("unknown_topic", _("Say what the comments do."), field="topic")
    by_language: dict[str, list[Comment]] = {}
    for one in comments:
        by_language.setdefault(one.language, []).append(one)
    for language in by_language:
        if not texts.get(language, "").strip():
            raise Invalid(
                "answer_empty",
                _("Some of the comments are in this language: %(language)s. Answer in it too."),
                field=f"text_{language}",
                language=language_name(language),
            )
    made = []
    for language, said in by_language.items():
        response = Response.objects.create(
            consultation=consultation, text=texts[language], language=language, accepted=accepted, author=by
        )
        response.comments.add(*said)
        made.append(response)
        journal.record(by=by, verb=Verb.CHANGED, obj=response, action="monitoring.consultation.manage")
    Comment.objects.filter(pk__in=[one.pk for one in comments]).update(topic=topic)
    return made


@service
def end_messages(*, by: Any, comment: Comment) -> int:
    """Takes the author's address out of all comments on the measure; returns how many. The link was the proof."""
    measure = comment.consultation.entry.run.measure
    own = Comment.objects.filter(
        consultation__entry__run__measure=measure, author_email__iexact=comment.author_email
    ).exclude(author_email="")
    for one in own:
        journal.record(by=None, verb=Verb.CHANGED, obj=one, action="monitoring.consultation.comment")
    return own.update(author_email="")
