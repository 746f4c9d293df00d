"""Which rows. `visible_to(user)` comes from the permission table."""

import datetime as dt

from django.db.models import Exists, F, OuterRef, Q

from accounts.access import TableQuerySet
from common.keys import blind_index
from common.kyrgyz import fold
from pensions import registry_number
from pensions.enums_findings import LIVE


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
        """Whatever was typed: a registry number, a whole identifier, or parts of a name in any script."""
        from pensions.identifiers import readings

        number = registry_number.normalise(text)
        if number:
            return self.filter(registry_number=number)
        if any(sign.isdigit() for sign in text):
            indexes = [blind_index(kind, value) for kind, value in readings(text)]
            return self.filter(
                pk__in=self.model.identifiers.rel.related_model.everything.filter(
                    index__in=indexes, ended_at__isnull=True
                ).values("worker_id")
            )
        return self.named(text)

    def persons(self) -> "WorkerQuerySet":
        """Without records that were merged into another."""
        return self.filter(merged_into__isnull=True)


class EmployerQuerySet(NamedQuerySet):
    def found_by(self, text: str) -> "EmployerQuerySet":
        digits = "".join(sign for sign in text if sign.isdigit())
        if len(digits) >= 8 and len(digits) >= len(text.strip()) - 4:
            return self.filter(identifiers__value=digits)
        return self.named(text)


class LedgerQuerySet(TableQuerySet):
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

    def of_person(self, worker) -> "LedgerQuerySet":
        """Entries of the worker and of records merged into it: entries never move."""
        return self.filter(Q(worker=worker) | Q(worker__merged_into=worker))


class PeriodQuerySet(LedgerQuerySet):
    def touching(self, from_on: dt.date, until_on: dt.date) -> "PeriodQuerySet":
        """Periods with at least one day between two dates, both counted; an open end reaches on."""
        return self.filter(Q(end_on__isnull=True) | Q(end_on__gte=from_on), start_on__lte=until_on)


class ContributionQuerySet(LedgerQuerySet):
    def main(self) -> "ContributionQuerySet":
        """One row a month and employment: the one that carries what was earned."""
        return self.filter(fund="insurance")

    def in_order(self) -> "ContributionQuerySet":
        return self.order_by(F("month").asc(), "id")


class FindingQuerySet(TableQuerySet):
    def live(self) -> "FindingQuerySet":
        """Still to be dealt with."""
        return self.filter(state__in=LIVE)

    def of_persons(self, ids) -> "FindingQuerySet":
        """About these people or records merged into theirs."""
        return self.filter(Q(worker__in=ids) | Q(worker__merged_into__in=ids))
