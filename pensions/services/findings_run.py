"""Asking the nightly questions and keeping the answers: nothing is lost when they are asked again."""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce

from common import clock, locks
from common.enums import JobState
from common.models import Job
from pensions.enums.findings import LIVE, FindingOwner, FindingState, Severity
from pensions.findings import Question, Row, asked, known_of, minimum, questions
from pensions.models import Contribution, EmploymentPeriod, Finding, FindingStep, Worker

KIND = "registry.check"
PEOPLE, BATCH = 5_000, 1_000
MANY = 200_000  # more people than this are no longer picked out one by one
OVERLAP = dt.timedelta(hours=1)  # of two runs: an import that was still being committed


def check(job: Any, *, full: bool = False) -> dict[str, Any]:
    """Asks every question: of the whole registry in the first run of a month, else of whom the last did not see.

    Each chunk is a transaction; stopped or run twice, it does no harm.
    """
    began, today = clock.now(), clock.today()
    since = None if full else _last_look(today)
    ids = None if since is None else touched(since - OVERLAP)
    asked = 0
    for people in _everybody() if ids is None else _chunks(ids):
        asked += len(people)
        with transaction.atomic():
            ask_people(people, today)
        job.advance(asked, len(ids) if ids is not None else None)
    for one in questions().values():
        if one.whole:
            with transaction.atomic():
                _ask(one, [], today)
            job.advance(asked)
    return {
        "began_at": began.isoformat(),
        "full": ids is None,
        "people": asked,
        "not_asked": {"registry.wage_below_minimum": minimum.without()},
    }


def _last_look(today: dt.date) -> dt.datetime | None:
    """When the last finished run began; None if the month's first is due, since questions of time have new answers."""
    last = Job.everything.filter(kind=KIND, state=JobState.SUCCEEDED).order_by("-finished_at").first()
    if last is None or not last.result:
        return None
    month = today.replace(day=1)
    if not Job.everything.filter(
        kind=KIND, state=JobState.SUCCEEDED, result__full=True, finished_at__date__gte=month
    ).exists():
        return None
    return dt.datetime.fromisoformat(last.result["began_at"])


def touched(since: dt.datetime) -> list[uuid.UUID] | None:
    """People with entries recorded since, new records, and everybody about whom something is open; None: too many."""
    person = Coalesce("merged_into_id", "id")
    sources = [
        Worker.everything.filter(pk__in=model.everything.filter(recorded_at__gte=since).values("worker_id"))
        for model in (EmploymentPeriod, Contribution)
    ]
    open_ones = Finding.everything.live().filter(worker=OuterRef("pk"), code__in=_codes(whole=False))
    sources += [
        Worker.everything.filter(created_at__gte=since),
        Worker.everything.filter(steps__at__gte=since),
        Worker.everything.filter(Exists(open_ones)),
    ]
    found: set[uuid.UUID] = set()
    for rows in sources:
        found.update(rows.values_list(person, flat=True)[: MANY + 1])
        if len(found) > MANY:
            return None
    return sorted(found)


def _codes(*, whole: bool) -> list[str]:
    return [one.code for one in questions().values() if one.whole == whole]


def _chunks(ids: Iterable[uuid.UUID]) -> Iterator[list[uuid.UUID]]:
    rest = iter(ids)
    while people := list(islice(rest, PEOPLE)):
        yield people


def _everybody() -> Iterator[list[uuid.UUID]]:
    """All persons by their keys: what other workers of the queue may be given as spans."""
    last = uuid.UUID(int=0)
    persons = Worker.everything.persons().order_by("pk")
    while people := list(persons.filter(pk__gt=last).values_list("pk", flat=True)[:PEOPLE]):
        yield people
        last = people[-1]


def ask_people(people: Sequence[uuid.UUID], today: dt.date) -> None:
    """All questions about these persons, over sets that are made once. Call inside a transaction."""
    with known_of(people):
        for one in questions().values():
            if not one.whole:
                _ask(one, people, today)


def _ask(one: Question, people: Sequence[uuid.UUID], today: dt.date) -> None:
    """Two runs at once would see each other's findings as gone. People are those whose sets are made."""
    locks.hold(f"finding {one.code}")
    now = clock.now()
    keep(one, one.ask(people, today), now)
    gone = Finding.everything.filter(code=one.code, last_seen_at__lt=now)
    _resolve(gone if one.whole else gone.filter(worker__in=asked()), now)


# --- keeping ----------------------------------------------------------------------------------------


def keep(one: Question, rows: Iterable[Row], now: dt.datetime) -> None:
    """New ones are added, changed ones open again, the others are marked as seen."""
    rest = iter(rows)
    while batch := list(islice(rest, BATCH)):
        found = {_key(one.code, row): row for row in batch}
        known = {f.key: f for f in Finding.everything.filter(key__in=found)}
        fresh = [_finding(one, key, row, now) for key, row in found.items() if key not in known]
        Finding.everything.bulk_create(fresh)
        _step(fresh, "", FindingState.OPEN)
        _see_again([(known[key], row) for key, row in found.items() if key in known], now)


def _key(code: str, row: Row) -> str:
    subject = row.worker_id or row.employer_id or ""
    text = f"{code}|{subject}|{row.item}"
    return text if len(text) <= 200 else f"{text[:130]}|{hashlib.sha256(text.encode()).hexdigest()}"


def digest(details: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(details, sort_keys=True).encode()).hexdigest()


def _finding(one: Question, key: str, row: Row, now: dt.datetime) -> Finding:
    return Finding(
        key=key,
        code=one.code,
        severity=one.severity,
        owner=one.owner if row.employer_id else FindingOwner.REGISTRY,
        registry_state=row.registry_state,
        worker_id=row.worker_id,
        employer_id=row.employer_id,
        details=row.details,
        digest=digest(row.details),
        first_seen_at=now,
        last_seen_at=now,
    )


def _see_again(pairs: list[tuple[Finding, Row]], now: dt.datetime) -> None:
    """What is explained stays so while nothing changes; what was gone and is back opens again."""
    changed, reopened = [], {state: [] for state in (FindingState.EXPLAINED, FindingState.RESOLVED)}
    for finding, row in pairs:
        new = digest(row.details)
        back = finding.state == FindingState.RESOLVED
        if new != finding.digest or back:
            if finding.state in reopened:
                reopened[finding.state].append(finding)
                finding.state = FindingState.OPEN
            finding.details, finding.digest = row.details, new
            changed.append(finding)
    Finding.everything.bulk_update(changed, ["details", "digest", "state"], batch_size=BATCH)
    for state, findings in reopened.items():
        _step(findings, state, FindingState.OPEN)
    Finding.everything.filter(pk__in=[finding.pk for finding, _row in pairs]).update(last_seen_at=now)


def _resolve(gone: Any, now: dt.datetime) -> None:
    """What is not found any more and was still to be dealt with. An explanation stays."""
    for state in LIVE:
        while findings := list(gone.filter(state=state).only("pk")[:BATCH]):
            _step(findings, state, FindingState.RESOLVED)
            ids = [one.pk for one in findings]
            Finding.everything.filter(pk__in=ids).update(state=FindingState.RESOLVED)


def _step(findings: list[Finding], from_state: str, to_state: str) -> None:
    FindingStep.everything.bulk_create(
        FindingStep(finding_id=one.pk, from_state=from_state, to_state=to_state) for one in findings
    )


def keep_answers(code: str, answers: list[Any]) -> None:
    """Answers of questions that other parts of the registry ask become findings of every office."""
    if not code.startswith(("registry.", "certificates.")):
        return
    one = Question(code, code, "", lambda people, today: (), severity=Severity.ERROR)
    rows = [
        Row(item=f"{answer.code} {answer.object_type} {answer.object_id}", details=answer.details)
        for answer in answers
    ]
    with transaction.atomic():
        locks.hold(f"finding {code}")
        now = clock.now()
        keep(one, rows, now)
        _resolve(Finding.everything.filter(code=code, last_seen_at__lt=now), now)
