"""A small inhabited world for the permission walk: everything stands twice, on our side and on theirs.

Whoever walks is one of ours ("first"). A role whose reach in the permission table is not everything must never meet
a row of theirs ("second"): neither by its address nor in a list. Each app that gets a desk adds its rows here.
"""

import datetime as dt
import io
import json
import uuid
from collections.abc import Callable
from itertools import count
from typing import Any

from django.db import IntegrityError, models, transaction

from accounts.access import table
from accounts.enums import OrganisationKind, Role, Scope, State
from accounts.models import BulkAct, Organisation, RoleProposal
from accounts.site import desk
from cases.models import EmergencyAccess, Partner
from cases.services import documents, exports, families, intake, referrals, templates
from common import clock, files
from common.models import Job, SubjectKey
from monitoring.services import research
from pensions.imports.columns import KIND
from pensions.models import (
    AnswerTarget,
    Award,
    AwardPayer,
    ClaimToDecide,
    DoubleReceipt,
    DuplicatePair,
    Finding,
    PensionClaim,
    ReceivedRequest,
    SentRequest,
    Worker,
    WorkerProposal,
    WorkRecordImport,
)
from pensions.services import blanks, ledger, signing_keys

from .house import House
from .registry import Registry

SIDES = {"first": State.KG, "second": State.KZ}
OUTSIDE = {Scope.ALL, Scope.PUBLISHED}


_numbers = count(1)


class World:
    """`rows[side][model label]` are the rows of one side; `users` the people of our side, by role."""

    def __init__(self):
        self.house, self.registry = House(), Registry()
        self.rows: dict[str, dict[str, list[models.Model]]] = {"first": {}, "second": {}}
        for side, state in SIDES.items():
            for role in Role:
                self.house.user(role, side, state)
            self._registry(side, state)
            self._cases(side)
        for side in SIDES:
            self._exchange(side)
            self._research(side)
        self._others()
        self.users = {role: self.house.user(role) for role in Role}

    def keep(self, side: str, *rows: models.Model) -> None:
        for row in rows:
            self.rows[side].setdefault(row._meta.label, []).append(row)

    def of(self, side: str, model: type[models.Model]) -> list[models.Model]:
        return self.rows[side].get(model._meta.label, [])

    @property
    def marks(self) -> list[str]:
        """Words that only rows of theirs hold, which no role of ours reaches."""
        return ["Sidesecond", "second.csv"]

    def stranger_to(self, role: Role, model: type[models.Model], action: str = "") -> bool:
        """Must this role never meet a row of theirs? Read from the table alone, without its resolvers."""
        rules = table.rules[action or model.VIEW]
        return rules.get(role) not in OUTSIDE and rules.get(Role.PUBLIC) not in OUTSIDE

    def _registry(self, side: str, state: State) -> None:
        clerk = self.house.user(Role.EMPLOYER_CLERK, side, state)
        official = self.house.user(Role.REGISTRY_OFFICIAL, side, state)
        worker = self.registry.worker(
            registered_in=state, user=self.house.user(Role.WORKER, side), family_name=f"Side{side}"
        )
        twin = self.registry.worker(registered_in=state, family_name=f"Side{side}")
        first, second = sorted((worker, twin), key=lambda one: one.pk)
        pair = DuplicatePair.everything.create(first=first, second=second, score=1, model_version=1)
        employer = self.registry.employer(
            organisation=self.house.organisation(OrganisationKind.EMPLOYER, side, state)
        )
        employment = self.registry.employment(worker, employer)
        period = ledger.record_period(by=None, employment=employment, start_on=dt.date(2024, 1, 1))
        month = ledger.record_contribution(
            by=None, employment=employment, month=dt.date(2024, 1, 1), currency="KGS", accrued=100
        )
        finding = Finding.everything.create(
            key=f"registry.paid_before_month {side}",
            code="registry.paid_before_month",
            severity="warning",
            owner="employer",
            registry_state=state,
            worker=worker,
            employer=employer,
        )
        self.keep(side, period, month, finding)
        stored = files.store(b"a file", name=f"{side}.csv", media_type="text/csv", by=clerk)
        run = WorkRecordImport.everything.create(
            kind=KIND,
            state="checked",
            file=stored,
            sha256=stored.sha256,
            format="csv",
            params={"state": state, "employer_id": str(employer.pk), "entries": "original"},
            organisation_id=employer.organisation_id,
            created_by=clerk,
        )
        key = SubjectKey.new()
        key.save()
        proposal = WorkerProposal.everything.create(
            run=run,
            key=key,
            identifier_kind="KG-PIN",
            identifier_index=side,
            data=json.dumps(
                dict.fromkeys(("given_name", "patronymic", "birth_on", "sex", "citizenship"), "")
                | {"family_name": "Proposed", "numbers": []}
            ),
            first_row=2,
            registered_in=state,
        )
        job = Job.everything.create(kind="registry.apply_import", requested_by=official)
        self.keep(side, worker, pair, employer, employment, run, proposal, job)
        office = self.house.organisation(OrganisationKind.SOCIAL_FUND, side, state)
        self._proposed(side, office, official, Role.REGISTRY_SUPERVISOR)
        right = signing_keys.grant_right(by=None, organisation=office, basis="by law")
        self.keep(side, right, *signing_keys.open_keys(by=None, organisation=office))
        series = {"first": "AA", "second": "BB"}[side]
        delivery = blanks.receive_blanks(
            by=None, custodian=office, series=series, first=1, last=2, document="delivery note"
        )
        self.keep(side, delivery)

    def _exchange(self, side: str) -> None:
        """A request that this side sent and one that it received; the other institution is a third one."""
        ours = self.house.organisation(OrganisationKind.SOCIAL_FUND, side, SIDES[side])
        third = self.house.organisation(OrganisationKind.SOCIAL_FUND, "third", State.RU)
        worker = self.of(side, Worker)[0]
        for model, sender, recipient in ((SentRequest, ours, third), (ReceivedRequest, third, ours)):
            key = SubjectKey.new()
            key.save()
            made = model.everything.create(
                key=key,
                worker=worker,
                sender=sender,
                recipient=recipient,
                state="sent",
                person=f'{{"family_name": "Side{side}"}}',
                sent_at=clock.now(),
            )
            self.keep(side, made)
        self._claims(side, ours, third, worker)
        target = AnswerTarget.everything.create(organisation=ours, days=20)
        self.keep(side, target)

    def _claims(self, side: str, ours: Organisation, third: Organisation, worker: Worker) -> None:
        """A claim filed with this side, one that it decides for a third, an award and a question about two awards."""
        state = SIDES[side]
        stored = files.store(b"{}", name="statement.json", media_type="application/json")
        claim = {
            "key": stored.key,
            "worker": worker,
            "residence": state,
            "way": "counter",
            "sha256": stored.sha256,
        }
        claim |= {"claimed_on": clock.today(), "statement_pdf": stored, "statement_json": stored}
        filed = PensionClaim.everything.create(institution=ours, **claim)
        there = PensionClaim.everything.create(institution=third, state="decided", **claim)
        branch = ClaimToDecide.everything.create(
            claim=there, country=state, institution=ours, state="received"
        )
        pension = {"worker": worker, "country": state, "basis": "residence", "from_on": clock.today()}
        award = Award.everything.create(institution=ours, reference=f"award {side}", **pension)
        other = Award.everything.create(institution=third, reference="other", **pension)
        for one in (award, other):
            AwardPayer.everything.create(
                award=one, institution=one.institution, residence=state, from_on=one.from_on
            )
        double = DoubleReceipt.everything.create(first=award, second=other, kind="same_state")
        self.keep(side, filed, branch, award, double)

    def _cases(self, side: str) -> None:
        ngo, partner = (self.house.organisation(OrganisationKind.NGO, name) for name in (side, "partner"))
        by = self.house.user(Role.CASE_WORKER, side)
        asked = {"by": None, "type": "unpaid_wages", "country": "RU", "language": "ky", "text": "wages"}
        asked["name"] = f"Side{side}"
        waiting, taken = (intake.request_help(organisation=ngo, **asked) for _ in range(2))
        case = intake.take_in(by=by, request=taken)
        today = clock.today()
        consent = referrals.consent(
            by=by,
            case=case,
            recipient=partner,
            purpose="wages",
            fields=["situation"],
            how="spoken",
            given_on=today,
            expires_on=today + dt.timedelta(days=30),
        )
        referral = referrals.send(
            by=by, case=case, consent=consent, service="legal_assistance", situation="wages are owed"
        )
        entry = Partner.everything.create(organisation=ngo, takes_requests=False, is_public=True)
        self.keep(side, waiting, case, case.client, consent, referral, entry)
        paper = documents.add(by=by, case=case, file=io.BytesIO(b"a paper"), name="paper.txt")
        export, _password = exports.make(by=by, case=case, recipient="court", purpose="claim")
        self.keep(side, paper, export)
        opened = EmergencyAccess.everything.create(case=case, user=by, reason="danger", until_at=clock.now())
        self.keep(side, opened)
        supervisor = self.house.user(Role.CASE_SUPERVISOR, side)
        relative = intake.open_case(by=by, organisation=ngo, type="other", country="RU", language="ky")
        self.keep(side, families.link(by=supervisor, case=case, number=relative.number, relation="spouse"))
        own = templates.make_own(by=supervisor, organisation=ngo, type="other")
        self.keep(side, ngo, by, own)
        self._proposed(side, ngo, by, Role.CASE_SUPERVISOR)

    def _proposed(self, side: str, organisation: Organisation, user: Any, role: Role) -> None:
        by = self.house.user(Role.SYSTEM_ADMINISTRATOR, side)
        words = {"reason": "for the walk", "proposed_by": by}
        self.keep(
            side,
            RoleProposal.everything.create(user=user, organisation=organisation, role=role, **words),
            BulkAct.everything.create(
                user=self.house.user(Role.REGISTRY_OFFICIAL, side), desk="pensions.finding", name="take"
            ),
        )

    def _research(self, side: str) -> None:
        """An interview of each side: name and words are for whoever led the study."""
        by = self.house.user(Role.EXPERT, side)
        study = research.begin(by=by, title="t", method="m", limits="l", started_on=clock.today())
        research.write_guide(by=by, study=study, questions=["?"], language="en")
        interview = research.hold(
            by=by,
            study=study,
            country=State.KG,
            role="science",
            mode="remote",
            held_on=clock.today(),
            consent="quoting",
            name=f"Side{side}",
            transcript="words",
            language="en",
        )
        self.keep(side, interview)

    def _others(self) -> None:
        """Plain rows of every other desk whose reaches differ, so that a new one is walked from its first day."""
        for model in (one.model for one in desk._registry.values()):
            if not set(table.rules[model.VIEW].values()) - OUTSIDE:
                continue
            for side, state in SIDES.items():
                if self.of(side, model) or model._meta.app_label == "journal":
                    continue
                try:
                    with transaction.atomic():
                        self.keep(side, plain_row(model, state, self.of))
                except (IntegrityError, NotImplementedError):
                    continue  # it wants more than a plain row; the walk names it where reaches differ


def plain_row(model: type[models.Model], state: str, known: Callable) -> models.Model:
    """A saved row with something in every required column. What a model wants beyond that is made in World."""
    if model is SubjectKey:  # one that opens
        key = SubjectKey.new()
        key.save()
        return key
    values = {}
    for one in model._meta.concrete_fields:
        if isinstance(one, models.AutoField) or one.null or one.has_default():
            continue
        if one.is_relation:
            side = next(side for side, of in SIDES.items() if of == state)
            found = known(side, one.related_model)
            values[one.name] = found[0] if found else plain_row(one.related_model, state, known)
        else:
            values[one.name] = _something(one, state)
    manager = getattr(model, "everything", model._base_manager)
    return manager.create(**values)


def _something(one: models.Field, state: str):
    if one.choices:
        codes = [code for code, _ in one.flatchoices]
        return state if state in codes else codes[0]
    for kind, value in PLAIN:
        if isinstance(one, kind):
            return value(one) if callable(value) else value
    return uuid.uuid4().hex[: one.max_length or 32]


PLAIN = [
    (models.DateTimeField, lambda one: clock.now()),
    (models.DateField, lambda one: clock.today()),
    (models.BinaryField, b"somebody"),
    (models.BooleanField, False),
    (models.UUIDField, lambda one: uuid.uuid4()),
    (models.JSONField, lambda one: {}),
    (models.DecimalField, 1),
    (models.IntegerField, lambda one: next(_numbers)),
]
