"""How long algorithms are believed, as dated data, and whether a chain of time stamps has never let one run out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import yaml

from pensions.certificates.seal import SealCheck
from pensions.certificates.stamps import Stamp, is_believed

MARGIN = timedelta(days=180)
AT_LEAST = timedelta(days=30)


@dataclass(frozen=True)
class Span:
    """Days on which an algorithm is believed; `until` is the last one, or None."""

    from_on: date
    until: date | None

    def covers(self, day: date) -> bool:
        return self.from_on <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Policy:
    """Algorithms by name, and the hash of new stamps by the day from which it is used."""

    algorithms: Mapping[str, Span]
    stamps: Sequence[tuple[date, str]]

    @classmethod
    def load(cls, path: Path) -> "Policy":
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        spans = {one["name"]: Span(one["from"], one["until"]) for one in data["algorithms"]}
        return cls(spans, sorted((one["from"], one["digest"]) for one in data["stamps"]))

    def covers(self, name: str, day: date) -> bool:
        """An algorithm that the policy does not know is not believed."""
        span = self.algorithms.get(name)
        return span is not None and span.covers(day)

    def digest_on(self, day: date) -> str:
        return [digest for from_on, digest in self.stamps if from_on <= day][-1]

    def due_on(self, stamp: Stamp) -> date:
        """By when the next stamp has to lie over this one: half a year before the first thing that ends.

        A month at least, so that an authority whose own key is weak does not make the files grow every night.
        """
        ends = [stamp.expires_at.astimezone(UTC).date()]
        for name in (stamp.digest, stamp.signed_with):
            span = self.algorithms.get(name)
            ends.append(stamp.at.date() if span is None else span.until or date.max)
        return max(min(ends) - MARGIN, stamp.at.date() + AT_LEAST)


@dataclass(frozen=True)
class Weakness:
    """Something that had ended before the next stamp lay over it. `link` 0 is the seal, then the stamps in order."""

    code: str
    link: int
    name: str
    on: date


def weaknesses(seal: SealCheck, trusted: Sequence[bytes], policy: Policy, at: datetime) -> list[Weakness]:
    """Where the chain from the seal over its stamps up to `at` is broken; empty when it holds.

    Codes: algorithm_ended, authority_ended (its certificate), authority_unknown.
    """
    found = []
    stamps = [stamp for stamp in seal.stamps if is_believed(stamp, trusted)]
    found += [
        Weakness("authority_unknown", 1 + place, "", stamp.at.date())
        for place, stamp in enumerate(seal.stamps)
        if stamp not in stamps
    ]
    moments = [stamp.at for stamp in stamps] + [at]
    for name in (seal.digest, seal.signed_with):
        if not policy.covers(name, moments[0].date()):
            found.append(Weakness("algorithm_ended", 0, name, moments[0].date()))
    for place, (stamp, until) in enumerate(zip(stamps, moments[1:], strict=True), start=1):
        for name in (stamp.digest, stamp.signed_with):
            if not policy.covers(name, until.date()):
                found.append(Weakness("algorithm_ended", place, name, until.date()))
        if until > stamp.expires_at:
            found.append(Weakness("authority_ended", place, "", until.date()))
    return found
