"""The attack first: every row of a case × every action × whoever should stay outside.

A new model, service, form or button of the cases is found by itself and fails here until it is in the matrix:
a model wants a row in `rows()`, a service the arguments of an attempt in `attempts()`.
"""

import datetime as dt
import inspect
import io
import pkgutil
import uuid
from importlib import import_module

import pytest
from django import forms as django_forms
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from accounts.access import permits, table
from accounts.enums import Role, State
from accounts.models import Membership, User
from accounts.navigation import tiles
from accounts.site import desk
from cases import models, services
from cases.forms import clocks as forms_clocks
from cases.forms import closure as forms_closure
from cases.forms import documents as forms_documents
from cases.forms import referrals as forms_referrals
from cases.forms import registry as forms_registry
from cases.forms import work as forms
from cases.services import (
    approvals,
    bans,
    clients,
    clocks,
    documents,
    drafts,
    emergencies,
    erasure,
    exports,
    families,
    field,
    groups,
    incidents,
    intake,
    intake_files,
    letters,
    partners,
    referrals,
    registry,
    sharing,
    sign_off,
    templates,
    vaults,
    work,
)
from common import clock
from common.errors import KozotError
from common.scoping import acting_as

pytestmark = pytest.mark.django_db

# Rows that say nothing of a client: what an organisation offers and asks, and terms of the law.
OPEN = {models.Partner, models.CaseTemplate, models.LimitationTerm, models.TermCheck}
# Keys, which are sealed themselves.
OPEN |= {models.CaseRules, models.KindRules, models.Vault, models.MemberKey, models.VaultShare}
CHILDREN = [m for m in apps.get_app_config("cases").get_models() if m not in OPEN]
# Opening a case is asked of no row; the service that does it is attempted below.
ELSEWHERE = {
    "cases.figures.view",
    "cases.rules.change",
    "cases.case.open",
    "cases.case.break_glass",
    "cases.partner.view",
    "cases.partner.change",
}
ELSEWHERE |= {
    "cases.figures.view",
    "cases.vault.use",
    "cases.vault.manage",
    "cases.template.view",
    "cases.template.change",
    "cases.limitation.view",
    "cases.limitation.keep",
}
ACTIONS = sorted(a for a in table.rules if a.startswith("cases.") and a not in ELSEWHERE)
SECRETS = ["Жылдыз", "996555000111", "Үч ай айлык", "сыр сөз", "ООО Сидоров"]


class Full:
    """A case with a row in every child, in every model of the app."""

    def __init__(self, story):
        self.story, by = story, story.worker
        self.request = story.request()
        self.case = case = intake.take_in(by=by, request=self.request)
        story.assess(case)
        work.write_note(by=by, case=case, text="сыр сөз")
        work.name_respondent(by=by, case=case, kind="employer", name="ООО Сидоров")
        self.planned = work.plan(
            by=by, case=case, kind="court", what="сыр сөз", owner=by, due_on=clock.today()
        )
        work.change_due(by=by, planned=self.planned, due_on=clock.today(), reason="сыр сөз")
        self.incident = incidents.record(
            by=by, case=case, answers={"physical_assault": True}, account="сыр сөз"
        )
        self.document = documents.add(by=by, case=case, file=io.BytesIO("сыр сөз".encode()), name="сыр сөз")
        self.export, _password = exports.make(by=by, case=case, recipient="r", purpose="сыр сөз")
        self.clock = clocks.start(by=by, case=case, claim="wages", started_on=clock.today())
        self.group = groups.open_group(by=by, **self.grouped())
        case.group = self.group
        case.save(update_fields=["group"])
        self.template = templates.make_own(by=story.supervisor, organisation=story.ngo, type="other")
        old = story.referral(case)
        referrals.withdraw(by=by, consent=old.consent)
        self.consent = story.consent(case, documents=[self.document])
        self.referral = story.referral(case, consent=self.consent)
        self.shared = self.referral.documents.get()
        self.reading = models.SharedReading.everything.create(shared=self.shared, by=by)
        self.ban = bans.note(by=by, case=case, country="RU", ground="сыр сөз")
        self.ban_check = bans.check(by=by, ban=self.ban, on=clock.today(), state="standing", note="сыр сөз")
        self.link = models.RegistryLink.everything.create(
            case=case,
            worker=str(uuid.uuid4()),
            how="сыр сөз",
            given_on=clock.today(),
            expires_on=clock.today(),
            recorded_by=by,
        )
        relative = story.case(name="x")
        self.family = families.link(by=story.supervisor, case=case, number=relative.number, relation="spouse")
        self.phone = models.FieldPhone.everything.create(user=by, organisation=story.ngo, name="сыр сөз")
        self.field_entry = models.FieldEntry.everything.create(
            id=uuid.uuid4(), phone=self.phone, kind="note", case=case, made_at=clock.now(), outcome="taken"
        )
        self.draft = drafts.keep(
            by=by, organisation=story.ngo, token=uuid.uuid4(), content={"text": "сыр сөз"}
        )
        self.proposal = models.ClosureProposal.everything.create(
            case=case, outcome="other", reason="сыр сөз", proposed_by=by
        )
        models.ClosureDecision.everything.create(
            proposal=self.proposal, accepted=False, note="сыр сөз", decided_by=by
        )
        self.asked = sign_off.ask(by, case, "case_plan")
        models.ApprovalDecision.everything.create(
            request=self.asked, accepted=False, note="сыр сөз", decided_by=by
        )
        self.emergency = models.EmergencyAccess.everything.create(
            case=case, user=by, reason="сыр сөз", until_at=clock.now()
        )
        models.EmergencyReview.everything.create(access=self.emergency, was_right=True, note="сыр сөз", by=by)
        models.Closure.objects.create(case=case, outcome="other", reason="сыр сөз", closed_by=by)

    def grouped(self) -> dict:
        people = [("a", ""), ("b", "")]
        same = {"type": "other", "country": "RU", "language": "ky", "kind": "employer", "respondent": "x"}
        return {**same, "organisation": self.story.ngo, "people": people}

    def rows(self) -> dict:
        """One row of each model that the outsider must not reach."""
        case = self.case
        return {
            models.Case: case,
            models.Client: case.client,
            models.HelpRequest: self.request,
            models.CaseStep: case.steps.first(),
            models.Closure: case.closures.first(),
            models.Assessment: case.assessments.first(),
            models.PlannedService: self.planned,
            models.GroupClaim: self.group,
            models.DueChange: self.planned.due_changes.first(),
            models.Incident: self.incident,
            models.CaseClock: self.clock,
            models.ClockStep: self.clock.steps.first(),
            models.FamilyLink: self.family,
            models.FieldPhone: self.phone,
            models.FieldEntry: self.field_entry,
            models.Draft: self.draft,
            models.ClosureProposal: self.proposal,
            models.ClosureDecision: self.proposal.decision,
            models.ApprovalRequest: self.asked,
            models.ApprovalDecision: self.asked.decision,
            models.EntryBan: self.ban,
            models.BanCheck: self.ban_check,
            models.RegistryLink: self.link,
            models.EmergencyAccess: self.emergency,
            models.EmergencyReview: self.emergency.review,
            models.CaseDocument: self.document,
            models.CaseExport: self.export,
            models.Note: case.notes.first(),
            models.Respondent: case.respondents.first(),
            models.Consent: self.consent,
            models.ConsentedDocument: self.consent.named_documents.first(),
            models.SharedDocument: self.shared,
            models.SharedReading: self.reading,
            models.ConsentWithdrawal: models.ConsentWithdrawal.everything.first(),
            models.Referral: self.referral,
            models.ReferralStep: self.referral.steps.first(),
        }

    def attempts(self) -> dict:
        """Arguments with which an outsider calls each service on this case."""
        case, today, by = self.case, clock.today(), self.story.worker
        ngo = self.story.ngo
        own, label = {"template": self.template}, {"en": "x"}
        given = {"purpose": "p", "fields": ["name"], "how": "h", "given_on": today, "expires_on": today}
        opened = {"type": "other", "country": "RU", "language": "ky", "organisation": ngo}
        return {
            vaults.set_up: {"organisation": ngo},
            vaults.change: {"organisation": ngo},
            vaults.let_in: {"organisation": ngo, "user": by},
            vaults.recover: {"organisation": ngo, "words": "w", "passphrase": "p"},
            intake.take_in: {"request": self.request},
            intake.decline: {"request": self.request, "reason": "r"},
            intake.open_case: {**opened, "client": case.client},
            intake.give_case: {"case": case, "user": by},
            work.note_first_contact: {"case": case},
            work.assess: {"case": case, "answers": {}, "risk_level": "low"},
            work.plan: {"case": case, "kind": "court", "what": "w", "owner": by, "due_on": today},
            work.plan_suggested: {"case": case, "codes": ["1.1"], "owner": by},
            work.change_due: {"planned": self.planned, "due_on": today, "reason": "r"},
            work.put_off: {"case": case, "until_on": today, "reason": "r"},
            clients.change: {"case": case, "name": "x", "channel": "none"},
            clients.another_case: {"case": case, "type": "other", "country": "RU"},
            work.move: {"case": case, "step": "follow_up", "reason": "r"},
            incidents.record: {"case": case, "answers": {"rape": True}, "account": "a"},
            clocks.start: {"case": case, "claim": "wages", "started_on": today},
            clocks.suspend: {"clock": self.clock, "on": today, "reason": "r"},
            clocks.restart: {"clock": self.clock, "on": today, "reason": "r"},
            clocks.stop: {"clock": self.clock, "state": "met", "reason": "r"},
            templates.make_own: {"organisation": ngo, "type": "death"},
            templates.add_question: {
                **own,
                "label": label,
                "kind": "text",
                "required": False,
                "raises": "",
                "answers": "",
            },
            templates.reword_question: {**own, "code": "danger", "label": label, "required": False},
            templates.drop_question: {**own, "code": "danger"},
            templates.add_service: {**own, "goal": label, "kind": "court", "what": label, "working_days": 1},
            templates.drop_service: {**own, "code": "1.1"},
            documents.add: {"case": case, "file": io.BytesIO(b"x"), "name": "n"},
            letters.write: {"case": case, "code": "ban_grounds", "language": "ky", "consent": self.consent},
            exports.make: {"case": case, "recipient": "r", "purpose": "p"},
            drafts.go_on: {"case": case, "form": "note"},
            drafts.once: {"case": case, "form": "note", "token": uuid.uuid4(), "run": lambda: None},
            drafts.discard_page: {"case": case, "form": "note", "token": uuid.uuid4()},
            drafts.resume: {"draft": self.draft},
            drafts.discard: {"draft": self.draft},
            field.carried: {"phone": self.phone},
            field.take: {"phone": self.phone, "key": uuid.uuid4(), "kind": "note", "made_at": clock.now()},
            field.end: {"phone": self.phone},
            field.emptied: {"phone": self.phone},
            families.link: {"case": case, "number": "C-AAAAAAAA", "relation": "spouse"},
            erasure.keep_longer: {"case": case, "until_on": today, "reason": "r"},
            partners.describe: {"organisation": ngo, "about": {}},
            partners.confirm: {"partner": ngo.partner},
            registry.link: {
                "case": case,
                "number": "n",
                "birth_on": today,
                "how": "h",
                "expires_on": today,
            },
            registry.end_link: {"link": self.link},
            registry.months: {"case": case},
            registry.annex: {"case": case},
            bans.note: {"case": case, "country": "RU"},
            bans.check: {"ban": self.ban, "on": today, "state": "standing"},
            work.complete: {"planned": self.planned, "result": "r"},
            work.write_note: {"case": case, "text": "t"},
            work.name_respondent: {"case": case, "kind": "employer", "name": "n"},
            approvals.set_rules: {"organisation": ngo, "approve_closure": False},
            approvals.propose_closure: {"case": case, "outcome": "other", "reason": "r"},
            approvals.submit_plan: {"case": case},
            approvals.approve: {"request": self.asked, "accepted": True},
            approvals.set_kind_rules: {
                "organisation": ngo,
                "types": ["other"],
                "approvals": [],
                "keep_years": 1,
            },
            approvals.decide: {"proposal": self.proposal, "accepted": True},
            work.close: {"case": case, "outcome": "other", "reason": "r"},
            work.reopen: {"case": case, "reason": "r"},
            referrals.consent: {"case": case, "recipient": self.story.partner, **given},
            referrals.send: {"case": case, "consent": self.consent, "service": "court", "situation": "s"},
            referrals.preview_row: {
                "case": case,
                "row": [self.consent],
                "service": "court",
                "situation": "s",
            },
            referrals.confirm_receipt: {"referral": self.referral},
            referrals.accept: {"referral": self.referral},
            referrals.decline: {"referral": self.referral, "reason": "r"},
            referrals.finish: {"referral": self.referral, "reason": "r"},
            referrals.revoke: {"referral": self.referral, "reason": "r"},
            sharing.papers: {"referral": self.referral},
            sharing.read: {"shared": self.shared},
            referrals.withdraw: {"consent": self.consent},
            emergencies.review: {"access": self.emergency, "was_right": True},
            # The last one: a colleague may, and is then on the case.
            emergencies.break_glass: {"known": case.number, "reason": "somebody is in danger"},
        }


# Anybody may ask for help; what the caller chooses there is only his own. Terms of the law are kept by all supervisors.
FOR_ANYBODY = {
    intake.request_help,
    intake_files.take_file,
    groups.open_group,
    clocks.propose_term,
    clocks.check_term,
}
# The passphrase is the caller's own.
FOR_ANYBODY |= {vaults.choose_passphrase, field.register}
# A draft is the own one of whoever types: another page of another person has another row.
FOR_ANYBODY |= {drafts.keep, drafts.take_down}
# What a partner to whom the client was referred is there to do.
OF_THE_PARTNER = {referrals.accept, referrals.decline}
RECEIPT = {referrals.confirm_receipt, sharing.papers}
IN_AN_EMERGENCY = {"colleague who is not on the case": {emergencies.break_glass}}


@pytest.fixture
def full(story) -> Full:
    return Full(story)


def colleague(story, role=Role.CASE_WORKER, **until) -> User:
    user = User.objects.create_user(email=f"{uuid.uuid4()}@example.org", full_name="colleague")
    Membership.objects.create(
        user=user, organisation=story.ngo, role=role, from_on=dt.date(2020, 1, 1), **until
    )
    return user


def former(story) -> User:
    """She was on the case and left the organisation; her duty was never ended."""
    user = colleague(story, until_on=clock.today() - dt.timedelta(days=1))
    from accounts.models import Duty

    cases = models.Case.everything.all()
    Duty.objects.bulk_create(
        Duty(user=user, duty="case_worker", object_type="cases.case", object_id=c.pk) for c in cases
    )
    return user


OUTSIDERS = {
    "worker of a third organisation": lambda s: s.house.user(Role.CASE_WORKER, "third"),
    "supervisor of a third organisation": lambda s: s.house.user(Role.CASE_SUPERVISOR, "third", State.KZ),
    "colleague who is not on the case": colleague,
    "former colleague": former,
    "other role in the same organisation": lambda s: colleague(s, Role.AUDITOR),
    "nobody": lambda s: AnonymousUser(),
    **{
        str(role): lambda s, role=role: s.house.user(role)
        for role in Role
        if role not in {Role.CASE_WORKER, Role.CASE_SUPERVISOR, Role.PUBLIC}
    },
}
PARTNERS = {
    "worker of the partner": lambda s: s.partner_worker,
    "supervisor of the partner": lambda s: s.partner_supervisor,
}
OF_A_REFERRAL = {models.Referral, models.ReferralStep}


# --- the matrix is whole ---------------------------------------------------------------------------------


def services_of_cases():
    for found in pkgutil.iter_modules(services.__path__):
        module = import_module(f"{services.__name__}.{found.name}")
        for _name, one in inspect.getmembers(module, inspect.isfunction):
            own = one.__module__ == module.__name__ and hasattr(one, "__wrapped__")
            if own and "by" in inspect.signature(one).parameters:
                yield one


def test_every_model_and_every_service_is_in_the_matrix(full):
    assert {m.__name__ for m in CHILDREN} == {m.__name__ for m in full.rows()}, "add a row to Full.rows()"
    assert all(full.rows().values()), "a row of the matrix is empty"
    missing = {f.__qualname__ for f in services_of_cases()} - {f.__qualname__ for f in full.attempts()}
    assert missing == {f.__qualname__ for f in FOR_ANYBODY}, "add an attempt to Full.attempts()"


# --- rows, actions, services -----------------------------------------------------------------------------


@pytest.mark.parametrize("who", OUTSIDERS)
def test_an_outsider_reaches_no_row_by_no_action_and_no_service(full, who):
    user, wrong = OUTSIDERS[who](full.story), []
    for model, row in full.rows().items():
        with acting_as(user):
            if model.objects.exists() or model.objects.filter(pk=row.pk).exists() or model.objects.count():
                wrong.append(("list", model.__name__))
        wrong += [(action, model.__name__) for action in ACTIONS if permits(user, action, row)]
    assert wrong + went_through(full, user, IN_AN_EMERGENCY.get(who, frozenset())) == []


def went_through(full, user, allowed=frozenset()) -> list:
    passed = []
    for service, values in full.attempts().items():
        if service in allowed or not user.is_authenticated:
            continue
        try:
            service(by=user, **values)
        except KozotError as error:
            text = f"{error} {error.way_out}"
            if error.status not in {403, 404} and error.code != "other_organisation":
                passed.append((service.__qualname__, error.code))
            passed += [(service.__qualname__, secret) for secret in SECRETS if secret in text]
        else:
            passed.append((service.__qualname__, "done"))
    return passed


@pytest.mark.parametrize("who", PARTNERS)
@pytest.mark.parametrize(
    "situation", ["waiting", "declined", "revoked", "withdrawn", "finished, withdrawn", "expired"]
)
def test_the_partner_sees_the_referral_and_nothing_behind_it(full, who, situation, time_machine_at):
    user, referral, s = PARTNERS[who](full.story), full.referral, full.story
    if situation == "declined":
        referrals.decline(by=user, referral=referral, reason="r")
    if situation == "revoked":
        referrals.revoke(by=s.worker, referral=referral, reason="r")
    if situation == "finished, withdrawn":
        referrals.accept(by=user, referral=referral)
        referrals.finish(by=user, referral=referral, reason="r")
    if "withdrawn" in situation:
        referrals.withdraw(by=s.worker, consent=full.consent)
    if situation == "expired":
        time_machine_at(full.consent.expires_on + dt.timedelta(days=1))
    referral = models.Referral.everything.get(pk=referral.pk)
    seen = referrals.visible_content(referral, user)
    assert set(seen) == ({"situation", "country"} if situation == "waiting" else set())
    theirs = models.Case.everything.filter(organisation=s.partner)
    for model, row in full.rows().items():
        if model in OF_A_REFERRAL:
            continue
        with acting_as(user):
            assert not model.objects.filter(pk=row.pk).exists(), model
        assert [a for a in ACTIONS if permits(user, a, row)] == [], model
    assert went_through(full, user, {*OF_THE_PARTNER, *RECEIPT, referrals.finish}) == []
    if situation not in {"waiting", "declined"}:
        for answer in OF_THE_PARTNER if situation != "expired" else [referrals.accept]:
            with pytest.raises(KozotError):
                answer(by=user, **full.attempts()[answer])
    assert theirs.count() == (1 if situation == "finished, withdrawn" else 0)


def test_what_was_accepted_belongs_to_those_on_its_case(full):
    """A colleague of the one who accepted sees neither name nor contact through the referral."""
    s = full.story
    other = User.objects.create_user(email="other@example.org", full_name="other")
    Membership.objects.create(user=other, organisation=s.partner, role=Role.CASE_WORKER)
    referrals.accept(by=s.partner_worker, referral=full.referral)
    full.referral.refresh_from_db()
    assert "name" in referrals.visible_content(full.referral, s.partner_worker)
    assert referrals.visible_content(full.referral, other) == {}
    with acting_as(other):
        assert not models.Referral.objects.exists()
        assert not models.ReferralStep.objects.exists()


def test_a_second_role_elsewhere_opens_nothing(full):
    """The partner's worker also keeps blanks at the sending organisation: that is no right to the case."""
    s = full.story
    Membership.objects.create(user=s.partner_worker, organisation=s.ngo, role=Role.BLANK_KEEPER)
    assert set(referrals.visible_content(full.referral, s.partner_worker)) == {"situation", "country"}


# --- foreign parents -------------------------------------------------------------------------------------


CASE_FORMS = [
    one
    for module in (forms, forms_clocks, forms_closure, forms_documents, forms_referrals, forms_registry)
    for _name, one in inspect.getmembers(module, inspect.isclass)
    if issubclass(one, django_forms.BaseForm) and "case" in inspect.signature(one.__init__).parameters
]


@pytest.mark.parametrize("form", CASE_FORMS)
def test_no_form_offers_a_row_of_another_case(full, form):
    own = full.story.case()
    offered = [f.queryset for f in form(case=own).fields.values() if hasattr(f, "queryset")]
    assert offered, "a form that takes a case and offers nothing of it"
    for queryset in offered:
        if queryset.model in full.rows():
            assert not queryset.exclude(**_path(queryset.model, own)).exists()
            assert not queryset.filter(pk=full.rows()[queryset.model].pk).exists()


def _path(model, case) -> dict:
    return {"case": case} if any(f.name == "case" for f in model._meta.fields) else {"pk": case.pk}


def test_a_client_of_another_organisation_gets_no_case_here(full):
    s = full.story
    for values in ({"client": full.case.client}, {"request": full.request}):
        with pytest.raises(KozotError) as error:
            intake.open_case(
                by=s.partner_worker,
                organisation=s.partner,
                type="other",
                country="RU",
                language="ky",
                **values,
            )
        assert error.value.status == 404


# --- the desk: lists, search, filters, counts, errors, journal ----------------------------------------------


def case_desks():
    return [one for model, one in desk._registry.items() if model in CHILDREN]


QUERIES = [
    "",
    "?q=C-",
    "?q=P-",
    "?status__exact=open",
    "?all=",
    "?o=-1",
    "?client__name=x",
    "?key__wrapped__startswith=a",
    "?organisation__id__exact=1",
    "?client__contact_index=a",
    "?p=2",
    "?_facets=True",
]

# Every role is led through every desk by tests/project; here are those who come nearest.
NEAR = [w for w in OUTSIDERS if " " in w] + ["system_administrator", "auditor"]


@pytest.mark.parametrize("who", NEAR)
def test_no_page_of_the_desk_tells_an_outsider_anything(full, who, client):
    user = OUTSIDERS[who](full.story)
    client.force_login(user)
    marks = [*SECRETS, full.case.number, full.case.client.pseudonym, full.request.receipt]
    marks += [str(row.pk) for row in full.rows().values() if isinstance(row.pk, uuid.UUID)]
    wrong = []
    for one in case_desks():
        name = f"admin:cases_{one.opts.model_name}"
        row, nothing = full.rows()[one.model], uuid.uuid4()
        for query in QUERIES:
            answer = client.get(reverse(f"{name}_changelist") + query)
            assert answer.status_code < 500
            wrong += [(name, query, mark) for mark in marks if mark in answer.content.decode()]
        real, none = (client.get(reverse(f"{name}_change", args=[pk])) for pk in (row.pk, nothing))
        to = [str(answer.get("Location")).split("?")[0] for answer in (real, none)]
        assert (real.status_code, to[0]) == (none.status_code, to[1])
        client.get(reverse("admin:index"))  # takes the messages, which repeat the key that was asked for
        for button in one.object_actions:
            doors = [reverse(f"{name}_do", args=[pk, button.name]) for pk in (row.pk, nothing)]
            codes = {
                verb: {getattr(client, verb)(door).status_code for door in doors} for verb in ("get", "post")
            }
            for verb, seen in codes.items():
                if len(seen) != 1 or not seen <= {302, 403, 404}:
                    wrong.append((name, button.name, verb, seen))
        asked = {"term": "C", "app_label": "cases", "model_name": one.opts.model_name, "field_name": "client"}
        page = client.get(reverse("admin:autocomplete"), asked)
        assert page.status_code in {302, 403, 404}
    assert wrong == []
    with acting_as(user):
        assert [t for t in tiles(user) if "cases" in t["url"] and t["value"]] == []


@pytest.mark.parametrize("role", [Role.AUDITOR])
def test_the_journal_of_the_house_does_not_know_of_cases(full, client, house, role, journal):
    client.force_login(full.story.worker)
    client.get(reverse("admin:cases_case_change", args=[full.case.pk]))
    work.write_note(by=full.story.worker, case=full.case, text="сыр сөз")
    referrals.revoke(by=full.story.worker, referral=full.referral, reason="сыр сөз")
    assert journal(object_type__startswith="cases.").exists(), "it is kept, for the organisation"
    assert not [e for e in journal() if any(s in f"{e.reason} {e.details}" for s in SECRETS)]
    client.force_login(house.user(role))
    for query in ("", f"?q={full.case.pk}", "?q=cases.case", "?q=cases.case.work", "?object_type=cases.case"):
        text = client.get(reverse("admin:journal_entry_changelist") + query).content.decode()
        rows = text.split("<tbody", 1)[-1] if "<tbody" in text else ""
        assert str(full.case.pk) not in rows
        assert "cases." not in rows


def test_a_job_shows_its_result_to_whoever_asked_for_it_only(full, client):
    from common.models import Job

    made = Job.everything.create(kind="export", requested_by=full.story.worker, result={"text": "сыр сөз"})
    for user in (full.story.supervisor, full.story.partner_supervisor):
        client.force_login(user)
        answer = client.get(reverse("job", args=[made.pk]))
        assert answer.status_code == 404
        assert "сыр" not in answer.content.decode()
