"""What is asked and planned in each kind of case, and how an organisation changes it."""

import datetime as dt

import pytest

from accounts.enums import Role
from cases import case_types, models
from cases.enums import CaseType, IncidentType, QuestionKind
from cases.forms.assessment import AssessmentForm
from cases.services import incidents, templates, work
from cases.story import case_story
from common.errors import Conflict, Invalid, KozotError
from common.scoping import acting_as
from tests.cases.conftest import refused

pytestmark = pytest.mark.django_db
LABEL = {"ky": "Үйү барбы?", "ru": "Есть ли жильё?", "en": "Is there a home?"}


@pytest.mark.parametrize("type", CaseType.values)
def test_every_kind_of_case_ships_a_template_in_three_languages(type):
    content = case_types.shipped_content(type)
    template = case_types.parse(content)
    labels = [one.label for one in template.questions]
    labels += [choice.label for one in template.questions for choice in one.choices]
    labels += [label for one in template.suggestions for label in (one.goal, one.what)]
    assert all(label.keys() == {"ky", "ru", "en"} and all(label.values()) for label in labels)
    assert any(one.required for one in template.questions) and template.suggestions


@pytest.mark.parametrize("type", CaseType.values)
def test_a_worker_assesses_and_plans_each_kind_of_case(story, type):
    case = story.case(type=type)
    asked = case_types.parse(templates.of_case(case).content)
    answers = {QuestionKind.YES_NO: "yes", QuestionKind.DATE: "2026-11-02", QuestionKind.NUMBER: "3"}
    posted = {"risk_level": "critical"} | {
        f"answer_{one.code}": one.choices[0].code if one.choices else answers.get(one.kind, "жооп")
        for one in asked.questions
    }
    form = AssessmentForm(posted, case=case)
    assert form.is_valid(), form.errors
    typed = AssessmentForm.arguments(form.cleaned_data)
    del typed["token"]  # of the page, for what is kept while typed
    work.assess(by=story.worker, case=case, **typed)
    planned = work.plan_suggested(
        by=story.worker, case=case, codes=[one.code for one in asked.suggestions], owner=story.worker
    )
    assert len(planned) == len(asked.suggestions)
    told = "\n".join(event["text"] for event in case_story(case)["events"])
    assert all(case_types.words(one.label) in told for one in asked.questions)


def test_answers_raise_the_risk_and_a_lower_one_is_refused(story):
    case = story.case()
    with pytest.raises(Invalid) as caught:
        work.assess(
            by=story.worker, case=case, answers={"work": "x", "free_to_leave": "no"}, risk_level="medium"
        )
    assert (caught.value.code, caught.value.field) == ("risk_too_low", "risk_level")
    work.assess(by=story.worker, case=case, answers={"free_to_leave": "no"}, risk_level="critical")
    case.refresh_from_db()
    assert case.risk_level == "critical"


def test_a_case_keeps_the_version_with_which_it_began(story):
    old = story.case()
    mine = templates.make_own(by=story.supervisor, organisation=story.ngo, type="unpaid_wages")
    newer = templates.add_question(
        by=story.supervisor,
        template=mine,
        label=LABEL,
        kind="yes_no",
        required=True,
        raises="high",
        answers="",
    )
    new = story.case()
    assert (templates.of_case(old).organisation, templates.of_case(new)) == (None, newer)
    assert (mine.version, newer.version) == (1, 2)
    assert "answer_q1" in AssessmentForm(case=new).fields
    assert "answer_q1" not in AssessmentForm(case=old).fields


def test_only_the_newest_version_is_changed(story):
    mine = templates.make_own(by=story.supervisor, organisation=story.ngo, type="other")
    templates.drop_question(by=story.supervisor, template=mine, code="danger")
    with pytest.raises(Conflict):
        templates.drop_question(by=story.supervisor, template=mine, code="documents")
    with pytest.raises(Conflict):
        templates.make_own(by=story.supervisor, organisation=story.ngo, type="other")


def test_choices_services_and_words_are_changed_without_a_developer(story):
    own = templates.make_own(by=story.supervisor, organisation=story.ngo, type="other")
    own = templates.add_question(
        by=story.supervisor,
        template=own,
        label=LABEL,
        kind="choice",
        required=False,
        raises="",
        answers="ооба / да / yes\nжок / нет / no",
    )
    own = templates.reword_question(
        by=story.supervisor, template=own, code="q1", label={"ky": "?"}, required=True
    )
    goal = {"ky": "", "ru": "", "en": "A roof"}
    own = templates.add_service(
        by=story.supervisor,
        template=own,
        goal=goal,
        kind="safehouse",
        what={"en": "Find one"},
        working_days=2,
    )
    read = case_types.parse(own.content)
    assert [one.code for one in read.question("q1").choices] == ["a1", "a2"]
    assert read.question("q1").required and read.suggestions[-1].working_days == 2
    own = templates.drop_service(by=story.supervisor, template=own, code=read.suggestions[-1].code)
    assert len(case_types.parse(own.content).suggestions) == len(read.suggestions) - 1


def test_a_choice_without_answers_is_refused_with_its_question(story):
    own = templates.make_own(by=story.supervisor, organisation=story.ngo, type="other")
    with refused(Invalid, "template_choices"):
        templates.add_question(
            by=story.supervisor,
            template=own,
            label=LABEL,
            kind="choice",
            required=False,
            raises="",
            answers="",
        )


def test_templates_belong_to_their_organisation(story, house):
    own = templates.make_own(by=story.supervisor, organisation=story.ngo, type="other")
    with pytest.raises(KozotError):
        templates.make_own(by=story.worker, organisation=story.ngo, type="death")
    with pytest.raises(KozotError):
        templates.drop_question(by=story.partner_supervisor, template=own, code="danger")
    with pytest.raises(Invalid):
        templates.make_own(by=story.partner_supervisor, organisation=story.ngo, type="death")
    with acting_as(story.partner_supervisor):
        assert not models.CaseTemplate.objects.exists()
    with acting_as(house.user(Role.ANALYST)):
        assert not models.CaseTemplate.objects.exists()


def test_an_incident_has_a_core_type_and_seals_its_case(story):
    case = story.case()
    assert not case.is_sealed
    made = incidents.record(
        by=story.worker,
        case=case,
        answers={"physical_assault": True, "psychological_abuse": True},
        contexts=["intimate_partner"],
        account="урган",
        happened_on=dt.date(2026, 11, 1),
    )
    assert made.core_type == IncidentType.PHYSICAL_ASSAULT
    case.refresh_from_db()
    assert case.is_sealed and not made.may_be_counted
    raw = models.Incident.everything.filter(pk=made.pk).values_list("core_type", "account")[0]
    assert all(one.startswith("s1:") for one in raw), "the database does not show what was done to whom"
    assert any(event["badge"] == "physical assault" for event in case_story(case)["events"])


def test_domestic_violence_is_never_a_core_type(story):
    assert not any("domestic" in one for one in IncidentType.values)
    with refused(Invalid, "no_core_type"):
        incidents.record(by=story.worker, case=story.case(), answers={}, contexts=["family"], account="x")
