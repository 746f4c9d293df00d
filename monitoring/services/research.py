"""Studies: files frozen by hash, peer review, interviews by a guide, quotations without names; reviews of laws."""

import datetime as dt
import re
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from common import clock, files
from common.enums import Language, TranslationState
from common.errors import Conflict, Invalid, Refused
from common.journal import services as journal
from common.journal.models import Verb
from common.models import SubjectKey
from common.service import service
from monitoring.enums import DisclosureClass, InterviewConsent
from monitoring.models import (
    Interview,
    InterviewGuide,
    LegalReview,
    Measure,
    Passage,
    Quotation,
    Study,
    StudyFile,
    StudyReview,
    Theme,
)
from monitoring.quoting import LEAST_EXPERTS, shown_country, tells_who

from .signatures import same_person

LEAD, REVIEW, RELEASE = "monitoring.study.lead", "monitoring.study.review", "monitoring.quotation.release"
INTERVIEW, LAW = "monitoring.interview.view", "monitoring.law.review"


@service
def begin(
    *, by: Any, title: str, method: str, limits: str, started_on: dt.date, measure: Measure | None = None
) -> Study:
    """A study names its method and its limits before it names anything else."""
    require(by, LEAD)
    if not (title.strip() and method.strip() and limits.strip()):
        raise Invalid("study_unclear", _("A study has a title, a method and its limits."), field="limits")
    made = Study.objects.create(
        title=title, method=method, limits=limits, started_on=started_on, measure=measure, lead=by
    )
    journal.record(by=by, verb=Verb.CREATED, obj=made, action=LEAD)
    return made


@service
def add_file(
    *, by: Any, study: Study, title: str, content: bytes, name: str, media_type: str, is_data: bool = False,
    disclosure: str = DisclosureClass.INTERNAL,
) -> StudyFile:  # fmt: skip
    """Keeps a file under its hash; data are frozen by it, and are never laid open as a file."""
    require(by, LEAD)
    if is_data and disclosure == DisclosureClass.PUBLIC:
        raise Invalid(
            "data_not_public",
            _("Data are not laid open as a file: figures leave through disclosure control."),
            field="disclosure",
        )
    file = files.store(content, name=name, media_type=media_type, by=by)
    made = StudyFile.everything.create(
        study=study, title=title, file=file, sha256=file.sha256, is_data=is_data, disclosure=disclosure,
        recorded_by=by,
    )  # fmt: skip
    journal.record(by=by, verb=Verb.CREATED, obj=study, action=LEAD, details={"sha256": file.sha256})
    return made


def _files(study: Study) -> QuerySet[StudyFile]:
    return StudyFile.everything.filter(study=study)


@service
def review(*, by: Any, study: Study, opinion: str, is_sound: bool) -> StudyReview:
    """By a peer who neither led the study nor worked on it."""
    require(by, REVIEW)
    workers = [study.lead, *(one.recorded_by for one in _files(study).select_related("recorded_by"))]
    held = Interview.everything.filter(study=study).select_related("recorded_by")
    if any(same_person(one, by) for one in (*workers, *(one.recorded_by for one in held))):
        raise Refused("own_study", _("A study is reviewed by somebody who had no part in it."))
    if not opinion.strip():
        raise Invalid("opinion_missing", _("A review needs words."), field="opinion")
    made = StudyReview.objects.create(study=study, opinion=opinion, is_sound=is_sound, reviewer=by)
    journal.record(by=by, verb=Verb.CREATED, obj=study, action=REVIEW)
    return made


@service
def write_guide(
    *, by: Any, study: Study, questions: list[str], language: str, reason: str = ""
) -> InterviewGuide:
    """The next version of the guide; interviews keep the one by which they were held."""
    require(by, LEAD)
    questions = [one.strip() for one in questions if one.strip()]
    if not questions:
        raise Invalid("no_questions", _("A guide has at least one question."), field="questions")
    last = study.guides.order_by("-number").first()
    if last and not reason.strip():
        raise Invalid("reason_missing", _("Say why the guide changes."), field="reason")
    made = InterviewGuide.objects.create(
        study=study,
        number=last.number + 1 if last else 1,
        questions=questions,
        language=language,
        reason=reason,
        recorded_by=by,
    )
    journal.record(by=by, verb=Verb.CHANGED, obj=study, action=LEAD, details={"guide": made.number})
    return made


@service
def hold(
    *, by: Any, study: Study, country: str, role: str, mode: str, held_on: dt.date, consent: str, name: str,
    transcript: str, language: str,
) -> Interview:  # fmt: skip
    """Keeps an interview by the newest guide. Without consent nothing is kept."""
    require(by, LEAD)
    guide = study.guides.order_by("-number").first()
    if guide is None:
        raise Invalid("no_guide", _("Write the guide first."))
    if consent not in InterviewConsent.values:
        raise Invalid("no_consent", _("Without consent an interview is not kept."), field="consent")
    if not name.strip() or not transcript.strip():
        raise Invalid(
            "transcript_missing", _("An interview has a name and a transcript."), field="transcript"
        )
    key = SubjectKey.new()
    key.save()
    made = Interview.everything.create(
        study=study,
        guide=guide,
        key=key,
        country=country,
        role=role,
        mode=mode,
        held_on=held_on,
        consent=consent,
        name=name.strip(),
        transcript=transcript.strip(),
        language=language,
        recorded_by=by,
    )
    journal.record(by=by, verb=Verb.CREATED, obj=made, action=LEAD)
    return made


@service
def name_theme(*, by: Any, study: Study, **titles: str) -> Theme:
    """`titles` are title_ky, title_ru, title_en; all three, since quotations are shown under them."""
    require(by, LEAD)
    if not all(titles.get(f"title_{code}", "").strip() for code in Language.values):
        raise Invalid("three_languages", _("A theme is named in three languages."), field="title_ky")
    states = {f"title_{code}_state": TranslationState.UNREVIEWED for code in Language.values}
    made = Theme.objects.create(study=study, recorded_by=by, **titles, **states)
    journal.record(by=by, verb=Verb.CHANGED, obj=study, action=LEAD)
    return made


@service
def code(*, by: Any, interview: Interview, theme: Theme, text: str) -> Passage:
    """Marks a passage of the transcript, word for word, with a theme of the same study."""
    require(by, INTERVIEW, interview)
    require(by, LEAD)
    if theme.study_id != interview.study_id:
        raise Invalid("other_study", _("The theme belongs to another study."), field="theme")
    if interview.transcript is None:
        raise Conflict("withdrawn", _("The interview was withdrawn."))
    if not text.strip() or _plain(text) not in _plain(interview.transcript):
        raise Invalid("not_said", _("The transcript does not hold these words."), field="text")
    made = Passage.objects.create(interview=interview, theme=theme, text=text.strip(), coded_by=by)
    journal.record(by=by, verb=Verb.CREATED, obj=interview, action=LEAD)
    return made


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def standing(study: Study) -> list[Interview]:
    """Interviews that were not withdrawn."""
    return list(
        Interview.everything.filter(study=study, key__destroyed_at__isnull=True).select_related("key")
    )


@service
def release(*, by: Any, passage: Passage, has_read: bool) -> Quotation:
    """Shows a passage to everyone, without name. By somebody else than who coded it, after a check of its words."""
    require(by, RELEASE)
    interview = passage.interview
    if same_person(passage.coded_by, by) or same_person(interview.recorded_by, by):
        raise Refused("own_passage", _("Whoever held or coded the interview does not release its words."))
    if not has_read:
        raise Invalid("not_read", _("Read it first: does it tell who spoke?"), field="has_read")
    if interview.consent != InterviewConsent.QUOTING or passage.text is None:
        raise Invalid("no_consent_to_quote", _("The expert did not agree to be quoted."))
    if Quotation.objects.filter(passage=passage).exists():
        raise Conflict("released_already", _("This passage is shown already."))
    others = standing(interview.study)
    if len(others) < LEAST_EXPERTS:
        raise Invalid(
            "too_few_experts",
            _("Nothing is quoted from a study with fewer than %(least)s experts."),
            least=LEAST_EXPERTS,
        )
    if telling := tells_who(passage.text, [one.name for one in others]):
        raise Invalid("tells_who", _("“%(words)s” tells a person; code a passage without it."), words=telling)
    made = Quotation.objects.create(
        passage=passage,
        country=shown_country(interview.country, [one.country for one in others]),
        released_by=by,
    )
    journal.record(by=by, verb=Verb.DECIDED, obj=made, action=RELEASE)
    return made


@service
def withdraw(*, by: Any, interview: Interview, reason: str) -> None:
    """The expert takes the consent back: name, transcript and passages can be read by nobody any more."""
    require(by, INTERVIEW, interview)
    require(by, LEAD)
    if not reason.strip():
        raise Invalid("reason_missing", _("Say when and how the consent was taken back."), field="reason")
    if interview.key.destroyed_at:
        raise Conflict("withdrawn", _("The interview was withdrawn."))
    interview.key.destroy()
    journal.record(by=by, verb=Verb.CHANGED, obj=interview, action=LEAD, reason=reason)


@service
def review_law(
    *, by: Any, measure: Measure, law: str, law_as_of: dt.date, standard: str, verdict: str, text: str,
    next_on: dt.date,
) -> LegalReview:  # fmt: skip
    """Holds a law against a standard, and says when that is to be done again."""
    require(by, LAW, measure)
    if not (law.strip() and standard.strip() and text.strip()):
        raise Invalid("law_unclear", _("Name the law, the standard and what was found."), field="text")
    if next_on <= clock.today() or law_as_of > clock.today():
        raise Invalid(
            "days_unclear", _("The wording is of today or earlier, the next review to come."), field="next_on"
        )
    made = LegalReview.objects.create(
        measure=measure,
        law=law.strip(),
        law_as_of=law_as_of,
        standard=standard.strip(),
        verdict=verdict,
        text=text,
        next_on=next_on,
        reviewer=by,
    )
    journal.record(
        by=by, verb=Verb.CREATED, obj=measure, action=LAW, details={"law": law, "verdict": verdict}
    )
    return made
