from celery import shared_task

from common import clock, jobs
from common.errors import Conflict
from common.scoping import system
from pensions.services import checkpoints, demands, duplicates, findings_run, print_archive, totals


@shared_task
def sign_checkpoint() -> int:
    """Size of the control register that is signed now; safe to run twice."""
    made = checkpoints.sign_checkpoint(by=None)
    return made.size if made else 0


@shared_task
def check_registry() -> str:
    """One job a day, however often the task is sent."""
    key = f"{findings_run.KIND} {clock.today()}"
    return str(jobs.enqueue(findings_run.KIND, by=None, key=key).pk)


@shared_task
def find_duplicates() -> bool:
    """Starts the job if a record is new or changed; safe to run twice."""
    with system("nightly look for duplicates"):
        return duplicates.look_soon(by=None) is not None


@shared_task
def watch_demands() -> dict:
    """Reminds employers of what is due and states silence; safe to run twice."""
    return demands.watch_deadlines(by=None)


@shared_task
def stamp_prints() -> bool:
    """Queues time stamps that are due: after an outage, and again and again over the years."""
    with system("time stamps that are due"):
        return print_archive.schedule_renewal() is not None


@shared_task
def check_archive() -> bool:
    """Queues the nightly reading of the archive."""
    with system("reading of the archive"):
        return print_archive.schedule_fixity() is not None


@shared_task
def totalise_registry() -> str:
    """Begins the night's run up to the end of the last month; one that is under way goes on undisturbed."""
    try:
        return str(totals.start(by=None, as_of=totals.month_end_before(clock.today())).pk)
    except Conflict:
        return ""
