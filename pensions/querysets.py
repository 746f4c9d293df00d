"""Which rows. `visible_to(user)` comes from the permission table."""

import datetime as dt

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from accounts.access import TableQuerySet
from common.keys import blind_index
from common.kyrgyz import fold
from pensions.enums.findings import LIVE


class NamedQuerySet(TableQuerySet):
    """Rows with a stored `search_key` and `sort_key`."""

    def named(self, text: str) -> "NamedQuerySet":
        """Every word typed stands somewhere in the folded name, in any order."""
        found = self
        for word in fold(text).split():
            found = found.filter(search_key__contains=word)
        return found

    def sorted(self) -> "NamedQuerySet":
        return self.order_by("sort_key", "pk")


class WorkerQuerySet(NamedQuerySet):
    def with_identifier(self, kind: str, value: str) -> "WorkerQuerySet":
        return self.filter(identifiers__index=blind_index(kind, value), identifiers__ended_at__isnull=True)

    def found_by(self, text: str) -> "WorkerQuerySet":
        """Whatever was typed, the best first: see `pensions.search`."""
        from pensions import search

        return search.workers(self, text).rows(self)

    def persons(self) -> "WorkerQuerySet":
        """Without records that were merged into another."""
        return self.filter(merged_into__isnull=True)

    def of_person(self, worker) -> "WorkerQuerySet":
        """The record and those merged into it."""
        return self.filter(Q(pk=worker.pk) | Q(merged_into=worker.pk))


class OfWorkerQuerySet(TableQuerySet):
    """Rows that hang on a worker."""

    def of_person(self, worker) -> "OfWorkerQuerySet":
        """Those of the record and of records merged into it: rows never move."""
        people = self.model._meta.get_field("worker").related_model.everything.of_person(worker)
        # A subquery: with an OR over the join PostgreSQL would read the whole ledger.
        return self.filter(worker_id__in=people.values("pk"))


class EmployerQuerySet(NamedQuerySet):
    def found_by(self, text: str) -> "EmployerQuerySet":
        digits = "".join(sign for sign in text if sign.isdigit())
        if len(digits) >= 8 and len(digits) >= len(text.strip()) - 4:
            return self.filter(identifiers__value=digits)
        return self.named(text)


class LedgerQuerySet(OfWorkerQuerySet):
    """Entries of the ledger. A later version of the same fact stands in place of an earlier one."""

    def _later(self, **conditions):
        key = {name: OuterRef(name) for name in self.model.FACT}
        return Exists(self.model.everything.filter(version__gt=OuterRef("version"), **key, **conditions))

    def latest(self) -> "LedgerQuerySet":
        """The last word on each fact, even where it says that there is none."""
        return self.filter(~self._later())

    def current(self) -> "LedgerQuerySet":
        """What is known today."""
        return self.latest().filter(voids=False)

    def as_of(self, moment: dt.datetime) -> "LedgerQuerySet":
        """What was known at that moment."""
        known = self.filter(recorded_at__lte=moment)
        return known.filter(~known._later(recorded_at__lte=moment), voids=False)


class PeriodQuerySet(LedgerQuerySet):
    def touching(self, from_on: dt.date, until_on: dt.date) -> "PeriodQuerySet":
        """Periods with at least one day between two dates, both counted; an open end reaches on."""
        return self.filter(Q(end_on__isnull=True) | Q(end_on__gte=from_on), start_on__lte=until_on)

    def unjudged(self) -> "PeriodQuerySet":
        """Versions that nobody has confirmed or disputed, or whose confirmation was taken back."""
        evidence = self.model._meta.apps.get_model("pensions.PeriodEvidence").everything
        taken_back = evidence.filter(
            worker_id=OuterRef("worker_id"), period_id=OuterRef("period_id"), pk__gt=OuterRef("pk")
        )
        judged = evidence.filter(worker_id=OuterRef("worker_id"), period_id=OuterRef("pk"))
        return self.filter(~Exists(judged.filter(~Exists(taken_back)).exclude(status="declared")))


class ContributionQuerySet(LedgerQuerySet):
    def in_year(self, year: int) -> "ContributionQuerySet":
        return self.filter(month__gte=dt.date(year, 1, 1), month__lte=dt.date(year, 12, 1))

    def latest_between(self, first: dt.date, last: dt.date) -> "ContributionQuerySet":
        """The last word on each fact of the months that begin between two dates, both counted.

        The question for a later entry names the months too: else PostgreSQL would read every year for it.
        """
        months = {"month__gte": first, "month__lte": last}
        return self.filter(~self._later(**months), **months)

    def current_between(self, first: dt.date, last: dt.date) -> "ContributionQuerySet":
        """What is known today of them."""
        return self.latest_between(first, last).filter(voids=False)

    def main(self) -> "ContributionQuerySet":
        """One row a month and employment: the one that carries what was earned."""
        return self.filter(fund="insurance")

    def in_order(self) -> "ContributionQuerySet":
        return self.order_by(F("month").asc(), "id")


class FindingQuerySet(TableQuerySet):
    def live(self) -> "FindingQuerySet":
        """Still to be dealt with."""
        return self.filter(state__in=LIVE)


def own_records(user, path: str = "") -> Q:
    """Rows, at `path` from a worker, of the record that stands for this user and of all that were merged into it."""
    from pensions.models import Worker

    roots = Worker.everything.filter(user=user).values(root=Coalesce("merged_into_id", "pk"))
    people = Worker.everything.filter(Q(pk__in=roots) | Q(merged_into__in=roots)).values("pk")
    return Q(**{f"{path}__in" if path else "pk__in": people})


SUCCESSIONS_FOLLOWED = 4


def predecessors(organisations) -> list:
    """For each step back along the chain of successors: employers that are gone, whose place the organisations took."""
    from pensions.models import EmployerSuccession

    links = EmployerSuccession.everything.filter(withdrawn_at=None, employer__liquidated_on__isnull=False)
    found = [links.filter(successor__organisation_id__in=organisations).values("employer_id")]
    while len(found) < SUCCESSIONS_FOLLOWED:
        found.append(links.filter(successor_id__in=found[-1]).values("employer_id"))
    return found
