import pytest

from accounts.enums import Role
from common import clock, jobs
from monitoring.periods import Frequency, Period
from monitoring.services import datasets, indicators, measures
from reports.services import editions, publication


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
            publication.approve(by=self.officer, edition=edition, language=language)
        return publication.publish(by=self.boss, edition=edition)


@pytest.fixture
def desk(house, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return Desk(house)


class SmallDesk:
    """People, and a report of one section: for questions that do not need a whole report to be built."""

    def __init__(self, house):
        self.analyst, self.expert = house.user(Role.ANALYST), house.user(Role.EXPERT)
        self.officer, self.boss = house.user(Role.DISCLOSURE_OFFICER), house.user(Role.DECISION_MAKER)
        self.definition = editions.load_shipped(by=self.analyst)
        self.definition.sections = ["summary"]
        self.definition.save()
        self.period = Period.containing(clock.today(), Frequency.QUARTERLY)

    def edition(self):
        return editions.prepare(by=self.analyst, definition=self.definition, period=self.period)

    def build(self, edition) -> str:
        job = jobs.enqueue("reports.build", by=self.analyst, params={"edition_id": str(edition.pk)})
        return jobs.run(job.pk)

    def built(self):
        edition = self.edition()
        assert self.build(edition) == "succeeded"
        return edition

    def approve(self, edition):
        for language in ("ky", "ru", "en"):
            publication.approve(by=self.officer, edition=edition, language=language)
        return edition

    def published(self, **values):
        return publication.publish(by=self.boss, edition=self.approve(self.built()), **values)


@pytest.fixture
def small(house, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return SmallDesk(house)
