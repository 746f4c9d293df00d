"""Leads a measure through the chain as people would; tests begin at the stage they need."""

import datetime as dt
from decimal import Decimal

import time_machine

from accounts.enums import Role
from common import clock
from monitoring.enums import ConsultationKind, MilestoneKind, Outcome, Stage
from monitoring.models import Measure
from monitoring.services import chain, consultations, measures, pilots, rollout

REGIONS = ["KG-B", "KG-C", "KG-GB", "KG-GO", "KG-J", "KG-N", "KG-O", "KG-T", "KG-Y"]


class Walk:
    def __init__(self, house, code: str = "S03"):
        self.analyst = house.user(Role.ANALYST)
        self.expert = house.user(Role.EXPERT)
        self.boss = house.user(Role.DECISION_MAKER)
        self.second_boss = house.user(Role.DECISION_MAKER, "second")
        self.panel = [self.expert, house.user(Role.EXPERT, "second"), house.user(Role.LEGAL_OFFICER)]
        measures.load_study(by=self.analyst)
        self.measure = Measure.everything.get(code=code)
        chain.start(by=self.analyst, measure=self.measure)

    def file(self, *types: str, by=None, **values) -> None:
        for type in types:
            chain.file_evidence(
                by=by or self.analyst, measure=self.measure, type=type, title=type, body="as filed", **values
            )

    def go(self, outcome=Outcome.GO, **values):
        review = chain.submit(by=self.analyst, measure=self.measure)
        return chain.decide(
            by=self.boss, review=review, outcome=outcome, reason="the evidence is there", **values
        )

    @property
    def stage(self) -> str:
        return chain.where(self.measure).stage

    def to(self, stage: str) -> "Walk":
        while self.stage != stage:
            getattr(self, self.stage)()
        return self

    def intake(self):
        self.file("problem_statement", "source", "outcome_indicator")
        self.go()

    def research(self):
        self.file("research_report", "baseline", "method_and_limits", "cost_range", "groups_affected")
        self.file("peer_review", by=self.expert)
        self.file("summary", languages=["ky", "ru", "en"])
        self.go()

    def discussion(self, kind, **values):
        today = clock.today()
        return consultations.open_discussion(
            by=self.analyst,
            measure=self.measure,
            kind=kind,
            opens_on=today,
            closes_on=today + dt.timedelta(days=30),
            question_ky="Сиздин оюңуз кандай?",
            question_ru="Что вы думаете?",
            **values,
        )

    def expert_discussion(self):
        panel = self.discussion(ConsultationKind.EXPERT)
        for user in self.panel:
            consultations.seat(by=self.analyst, consultation=panel, user=user)
            consultations.take_part(by=user, consultation=panel, interests="none", opinion="worth a pilot")
        self.file("panel_minutes")
        self.go()

    def public_discussion(self):
        public = self.discussion(ConsultationKind.PUBLIC, offline_channel="0312 00 00 00")
        said = [
            consultations.comment(by=None, consultation=public, text=text, language=language)
            for text, language in (("Колдойм", "ky"), ("Поддерживаю", "ru"))
        ]
        texts = {"ky": "Рахмат", "ru": "Спасибо"}
        consultations.answer(by=self.analyst, comments=said, topic="support", texts=texts)
        self.register()
        self.file("response_report", "legal_basis", "complaint_channel", "budget")
        with time_machine.travel(public.closes_on + dt.timedelta(days=1), tick=False):
            self.go()

    def register(self):
        return pilots.register(
            by=self.analyst,
            measure=self.measure,
            content={"design": "did", "outcome": "hostile"},
            units=REGIONS,
            treated_units=REGIONS[:3],
            primary_outcomes=["hostile"],
            planned_periods=["2026-Q1", "2026-Q2"],
            stop_rules="two incidents of harm",
            feasibility={"smallest_p": 1 / 84, "detectable_effect": 5.0},
        )

    def pilot(self):
        design = chain.where(self.measure).run.pilot_design
        rows = [
            {"unit": u, "period": p, "hostile": i}
            for i, u in enumerate(REGIONS)
            for p in design.planned_periods
        ]
        pilots.report(by=self.analyst, design=design, rows=rows)
        pilots.freeze(by=self.analyst, design=design)
        self.file("fidelity_log", "incidents_and_complaints", "deviations")
        self.go()

    def pilot_research(self):
        freeze = chain.where(self.measure).run.pilot_design.freezes.latest()
        pilots.record_analysis(
            by=self.expert, freeze=freeze, design={}, result={"estimate": -3.1}, deviations=[]
        )
        self.file("cost_per_outcome")
        self.go()

    def effects_discussion(self):
        self.file(
            "expert_minutes_with_dissent",
            "decision_memo",
            "rollout_plan",
            "monitoring_plan",
            "funding",
            "draft_act",
        )
        review = chain.submit(by=self.analyst, measure=self.measure)
        for boss in (self.boss, self.second_boss):
            chain.decide(by=boss, review=review, outcome=Outcome.GO, reason="worth it")

    def milestone(self, kind: str, *, reached: int | None = None):
        made = rollout.set_milestone(
            by=self.analyst, measure=self.measure, kind=kind, title=kind, goal=Decimal(80), unit="%",
            due_on=clock.today() + dt.timedelta(days=90),
        )  # fmt: skip
        if reached is not None:
            self.reached(made, reached)
        return made

    def reached(self, milestone, value: int):
        return rollout.report_milestone(
            by=self.analyst,
            milestone=milestone,
            reached=Decimal(value),
            as_of=clock.today(),
            document="letter 7",
        )

    def full_implementation(self):
        for kind in MilestoneKind.values:
            self.milestone(kind, reached=80)
        self.file("act_in_force", "coverage_milestones", "staff_trained", "first_monitoring_period")
        self.go()


LAST = Stage.PERFORMANCE_MONITORING
