"""A story in which every kind of job has something to do."""

from collections.abc import Callable, Iterator

from accounts.enums import OrganisationKind, Role
from common import clock, jobs
from common.models import Job
from monitoring import notices
from monitoring.enums import ConsultationKind, Outcome, Stage
from monitoring.periods import Frequency, Period
from monitoring.services import computation, consultations, datasets, indicators, measures
from pensions import generator
from pensions.models import EmploymentPeriod
from pensions.services import (
    certificate_batches,
    duplicates,
    findings_run,
    imports,
    print_archive,
    proposals,
    totals,
)
from reports.services import editions
from tests.monitoring.chain_walk import Walk
from tests.pensions.issuing.desk_of_issue import equip
from tests.support.house import House
from tests.support.registry import Registry

Chapter = tuple[str, Callable[[], Job]]


class Story:
    """`chapters()` gives kind after kind with a function that queues its job; each begins where the last one ended."""

    def __init__(self) -> None:
        house = self.house = House()
        self.official, self.supervisor = (
            house.user(Role.REGISTRY_OFFICIAL),
            house.user(Role.REGISTRY_SUPERVISOR),
        )
        self.analyst = house.user(Role.ANALYST)
        self.employer = Registry().moscow_employer(house)
        self.fund = house.organisation(OrganisationKind.SOCIAL_FUND)
        equip(self.fund, series="КГ")
        measures.load_study(by=self.analyst)
        datasets.load_items(by=self.analyst)
        indicators.load_shipped(by=self.analyst)
        self.period = Period.containing(clock.today(), Frequency.QUARTERLY)

    def chapters(self) -> Iterator[Chapter]:
        yield "registry.stage_import", self.stage
        yield "registry.confirm_proposals", lambda: proposals.confirm_all(by=self.official, run=self.run)
        yield "registry.apply_import", self.apply
        yield duplicates.KIND, self.look
        yield certificate_batches.KIND, self.issue
        yield findings_run.KIND, lambda: jobs.enqueue(findings_run.KIND, by=None, params={"full": True})
        yield print_archive.RENEW, lambda: jobs.enqueue(print_archive.RENEW, by=None)
        yield print_archive.FIXITY, lambda: jobs.enqueue(print_archive.FIXITY, by=None)
        yield totals.KIND, lambda: totals.start(by=None, as_of=totals.month_end_before(clock.today())).job
        yield computation.PART, self.compute_part
        yield computation.KIND, self.compute
        yield "monitoring.release", self.release
        yield "reports.build", self.build
        yield notices.KIND, self.tell_author
        yield "registry.undo_import", self.undo

    def stage(self) -> Job:
        made = generator.make(seed=7, workers=25, wrong_share=0.06)
        self.run = imports.upload(
            by=self.official,
            employer=self.employer,
            registry_state="KG",
            content=generator.to_bytes(made, "csv"),
            name="2025.csv",
        )
        return self.newest("registry.stage_import")

    def apply(self) -> Job:
        self.run.refresh_from_db()
        imports.apply(by=self.official, run=self.run)
        return self.newest("registry.apply_import")

    def undo(self) -> Job:
        self.run.refresh_from_db()
        imports.undo(by=self.supervisor, run=self.run, why="the wrong year")
        return self.newest("registry.undo_import")

    def look(self) -> Job:
        return jobs.enqueue(duplicates.KIND, by=None)

    def issue(self) -> Job:
        assert EmploymentPeriod.everything.exists()
        return certificate_batches.issue_for_staff(by=None, employer=self.employer, issuer=self.fund).job

    def compute_part(self) -> Job:
        params = computation.chunks(str(self.period), full=True)[0]
        return jobs.enqueue(computation.PART, by=self.analyst, params=params)

    def compute(self) -> Job:
        return jobs.enqueue("monitoring.compute", by=self.analyst, params={"period": str(self.period)})

    def release(self) -> Job:
        values = {"table": "registry_workers", "period": str(self.period)}
        return jobs.enqueue("monitoring.release", by=self.analyst, params=values)

    def build(self) -> Job:
        edition = editions.prepare(
            by=self.analyst, definition=editions.load_shipped(by=self.analyst), period=self.period
        )
        return jobs.enqueue("reports.build", by=self.analyst, params={"edition_id": str(edition.pk)})

    def tell_author(self) -> Job:
        """A measure is suspended on which somebody has commented and left an address."""
        walk = Walk(self.house).to(Stage.PUBLIC_DISCUSSION)
        public = walk.discussion(ConsultationKind.PUBLIC, offline_channel="0312 00 00 00")
        consultations.comment(
            by=None, consultation=public, text="Колдойм", language="ky", author_email="a@example.org"
        )
        walk.go(Outcome.SUSPEND)
        return self.newest(notices.KIND)

    @staticmethod
    def newest(kind: str) -> Job:
        return Job.everything.filter(kind=kind).latest("created_at")
