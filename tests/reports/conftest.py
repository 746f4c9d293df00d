import pytest

from accounts.enums import Role
from common import clock, jobs
from monitoring.periods import Frequency, Period
from monitoring.services import datasets, indicators, measures
from reports.services import editions


class Desk:
    """A ministry with its measures, figures and the people who make a report."""

    def __init__(self, house):
        self.analyst = house.user(Role.ANALYST)
        self.officer = house.user(Role.DISCLOSURE_OFFICER)
        self.boss = house.user(Role.DECISION_MAKER)
        measures.load_study(by=self.analyst)
        datasets.load_items(by=self.analyst)
        datasets.load_series(by=self.analyst)
        indicators.load_shipped(by=self.analyst)
        self.definition = editions.load_shipped(by=self.analyst)
        self.period = Period.containing(clock.today(), Frequency.QUARTERLY)

    def compute(self):
        job = jobs.enqueue("monitoring.compute", by=self.analyst, params={"period": str(self.period)})
        assert jobs.run(job.pk) == "succeeded"

    def edition(self):
        return editions.prepare(by=self.analyst, definition=self.definition, period=self.period)

    def built(self):
        edition = self.edition()
        job = jobs.enqueue("reports.build", by=self.analyst, params={"edition_id": str(edition.pk)})
        assert jobs.run(job.pk) == "succeeded"
        return edition

    def published(self):
        edition = self.built()
        for language in ("ky", "ru", "en"):
            editions.approve(by=self.officer, edition=edition, language=language)
        return editions.publish(by=self.boss, edition=edition)


@pytest.fixture
def desk(house, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return Desk(house)
