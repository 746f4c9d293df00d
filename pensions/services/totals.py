"""Totalisation of the whole registry: begun by the night or by a supervisor, whole or for whoever was touched."""

import datetime as dt
import hashlib
import json
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from common import bulk, clock, jobs
from common.enums import JobState
from common.errors import Conflict, Invalid
from common.jobs import RunningJob
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from pensions.enums.totals import TotalsMode, TotalsState
from pensions.legislation import stage_codes
from pensions.legislation.parameters import STATES as LEGISLATED
from pensions.legislation.parameters import Law
from pensions.legislation.regimes import national_regimes
from pensions.models import InsuranceTotal, TotalsRun
from pensions.services.legislation import verified_library
from pensions.totalisation.treaties import load_treaty
from pensions.totals.calendar import END, START
from pensions.totals.engine import Engine
from pensions.totals.ledger import STATES, Ledger
from pensions.totals.rows import NAMES, rows
from pensions.totals.touched import forget, touched_since

ACTION = "registry.totals.run"
KIND = "registry.totalise"
TREATY = "eaeu-2019"
RULES = 2  # raise it when the engine counts otherwise: the next run is then a whole one
PERSONS = 100_000
FOLDER = "totals"


def month_end_before(day: dt.date) -> dt.date:
    """The last day of the month before: what the night counts until."""
    return day.replace(day=1) - dt.timedelta(days=1)


@service
def start(*, by: Any, as_of: dt.date, whole: bool = False) -> TotalsRun:
    """Begins a run over whoever was touched since the last one, or over everybody where that one counted otherwise.

    Conflict while another run is under way.
    """
    require(by, ACTION)
    if not START <= as_of <= min(END, clock.today()):
        raise Invalid(
            "as_of_ahead", _("Choose a day that is over: later days are not yet insured."), field="as_of"
        )
    under_way = running()
    if under_way:
        raise Conflict(
            "totals_running",
            _("A run is under way."),
            way_out=_("Wait until it is done, or stop it."),
            run_id=str(under_way.pk),
        )
    rules = rules_digest(as_of)
    basis = None if whole else basis_for(as_of, rules)
    run = TotalsRun.everything.create(
        mode=TotalsMode.INCREMENTAL if basis else TotalsMode.FULL,
        basis=basis,
        treaty=TREATY,
        as_of=as_of,
        rules=rules,
        created_by=by if getattr(by, "pk", None) else None,
    )
    run.job = jobs.enqueue(KIND, by=by, params={"run_id": str(run.pk)}, key=f"totals {run.pk}")
    run.save(update_fields=["job"])
    journal.record(by=by, verb=Verb.CREATED, obj=run, action=ACTION)
    return run


@service
def stop(*, by: Any, run: TotalsRun) -> None:
    """Asks the run to stop. People whose totals are made keep the new ones, the others the old."""
    require(by, ACTION)
    if run.job is None or run.job.is_over:
        raise Conflict("totals_over", _("The run has ended already."))
    jobs.cancel(run.job)
    journal.record(by=by, verb=Verb.CHANGED, obj=run, action=ACTION)


def running() -> TotalsRun | None:
    """The run under way. One whose job was given up without a word has ended."""
    unfinished = TotalsRun.everything.filter(state__in=[TotalsState.WAITING, TotalsState.RUNNING])
    given_up = unfinished.filter(job__state__in=[JobState.FAILED, JobState.CANCELLED])
    given_up.update(state=TotalsState.STOPPED, finished_at=clock.now())
    return unfinished.select_related("job").order_by("-created_at").first()


def latest() -> TotalsRun | None:
    """The newest complete run, if nothing was begun after it: only then do all totals stand at one day."""
    newest = TotalsRun.everything.order_by("-created_at").first()
    return newest if newest and newest.state == TotalsState.COMPLETE else None


def basis_for(as_of: dt.date, rules: str) -> TotalsRun | None:
    """The complete run that the totals of untouched people still agree with."""
    for run in TotalsRun.everything.exclude(known_at=None).order_by("-created_at")[:100]:
        if (run.as_of, run.rules, run.treaty) != (as_of, rules, TREATY):
            return None
        if run.state == TotalsState.COMPLETE:
            return run
        if run.mode == TotalsMode.FULL:
            return None
    return None


def rules_digest(as_of: dt.date) -> str:
    """Hash of everything besides the ledger that totals depend on."""
    library = verified_library()
    ages = {
        f"{state}.retirement_age": [asdict(row) for row in library.parameters[f"{state}.retirement_age"].rows]
        for state in LEGISLATED
    }
    codes = [asdict(row) for row in library.parameters[stage_codes.PARAMETER].rows]
    regimes = {state: [asdict(one) for one in national_regimes(state)] for state in STATES}
    said = [RULES, repr(load_treaty(TREATY)), ages, regimes, codes]
    return hashlib.sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()


def pending() -> tuple[TotalsRun | None, int]:
    """The run that the next one would go on from, and how many people it would touch; without one, everybody."""
    last = latest()
    if last is None or last.known_at is None or last.rules != rules_digest(last.as_of):
        return None, 0
    return last, len(touched_since(last.known_at))


# --- the work ---------------------------------------------------------------------------------------


def totalise(job: RunningJob, run: TotalsRun) -> dict[str, Any]:
    """Makes the totals, block by block; each person's are replaced at once. Safe to run twice and to be killed."""
    run.state, run.known_at = TotalsState.RUNNING, clock.now()
    run.save(update_fields=["state", "known_at"])
    persons = touched_since(run.basis.known_at) if run.basis else None
    with _folder() as folder:
        ledger = Ledger(folder)
        try:
            ledger.load(
                known_at=run.known_at,
                on=run.as_of,
                persons=persons,
                report=lambda step: job.advance(0, step=step),
            )
            _write(job, run, ledger, whole=persons is None)
            run.inputs = ledger.digest()
            run.doubtful = InsuranceTotal.objects.filter(doubtful=True).count()
            run.persons, run.periods = ledger.count("person"), ledger.count("current")
            run.contributions, run.left_out = ledger.count("month"), ledger.left_out()
        finally:
            ledger.close()
    run.state, run.finished_at = TotalsState.COMPLETE, clock.now()
    run.save()
    forget(run.known_at)
    return {"persons": run.persons, "rows": run.rows}


def _write(job: RunningJob, run: TotalsRun, ledger: Ledger, *, whole: bool) -> None:
    engine = Engine(load_treaty(run.treaty), STATES)
    law = Law(run.as_of, library=verified_library())
    total, done, run.rows = ledger.count("person"), 0, 0
    last: uuid.UUID | None = None
    for people in ledger.people(PERSONS):
        made = rows(people, engine, law, run.pk)
        done += len(people.keys)
        with transaction.atomic():
            if whole:
                _clear_range(last, people.keys[-1] if done < total else None)
            else:
                _clear(ledger.members_of(people))
            bulk.load(InsuranceTotal, NAMES, made)
        last = people.keys[-1]
        run.rows += len(made)
        job.advance(done, total, step="writing")
    if whole and last is None:
        _clear_range(None, None)


def _clear_range(after: uuid.UUID | None, until: uuid.UUID | None) -> None:
    """Totals of everybody between two persons, in the order of their keys: also of those who are gone."""
    old = InsuranceTotal.objects.all()
    if after:
        old = old.filter(worker_id__gt=after)
    if until:
        old = old.filter(worker_id__lte=until)
    old._raw_delete(old.db)


def _clear(keys: list[uuid.UUID]) -> None:
    for low in range(0, len(keys), 500):
        old = InsuranceTotal.objects.filter(worker_id__in=keys[low : low + 500])
        old._raw_delete(old.db)


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder for the work of one run. What a killed worker left there goes first: only one run works at a time."""
    home = Path(settings.VAR_DIR) / FOLDER
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True, mode=0o700)
    folder = Path(mkdtemp(dir=home))
    try:
        yield folder
    finally:
        shutil.rmtree(home, ignore_errors=True)
