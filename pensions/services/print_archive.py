"""The archive of sealed prints over decades: stamped, stamped again before it grows weak, counted, checked, drilled.

Nothing that was sealed is ever written again. A time stamp makes a longer copy of the file; the copy before it stays.
"""

import datetime as dt
import hashlib
import logging
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, OuterRef, Q, Subquery

from common import clock, files
from common.checks import Answer
from common.enums import JobState
from common.jobs import RunningJob, enqueue_unless_waiting
from common.keys.ring import CannotOpen, KeyDestroyed
from common.models import Job, StoredFile
from pensions.certificates.algorithms import weaknesses
from pensions.certificates.seal import read_seals
from pensions.certificates.stamps import Stamp, StampError, add_time_stamp
from pensions.certificates.verify import Code, verify
from pensions.models import Certificate, CertificatePrint, PrintStamp
from pensions.services import certificate_prints, time_stamping
from pensions.services.certificate_prints import MEDIA_TYPE, newest_copy
from pensions.services.trust_bundle import offline_trust

log = logging.getLogger(__name__)
RENEW, FIXITY = "certificates.renew_stamps", "certificates.check_archive"
MOST_NAMED = 200
# Verdicts after which the paper still proves what it says: it was issued so, whatever was decided later.
PROVED = {Code.VALID, Code.REVOKED, Code.SUSPENDED, Code.SUPERSEDED, Code.BLANK_NOT_VALID}


# Time stamps ---------------------------------------------------------------------------------------------------------


def waiting(today: dt.date) -> Any:
    """Prints that have no time stamp yet, or whose newest has to be followed by another by now."""
    last = PrintStamp.everything.filter(print=OuterRef("pk")).order_by("-number")
    return (
        CertificatePrint.everything.filter(file__key__destroyed_at__isnull=True)
        .annotate(due_on=Subquery(last.values("due_on")[:1]))
        .filter(Q(due_on__isnull=True) | Q(due_on__lte=today))
        .select_related("certificate", "file__key")
        .order_by("pk")
    )


def schedule_renewal() -> Job | None:
    """Queues the stamping when something waits for it and an authority is configured; one job at a time."""
    if time_stamping.stamper() is None or not waiting(clock.today()).exists():
        return None
    return enqueue_unless_waiting(RENEW, by=None, or_running=True)


def renew(job: RunningJob) -> dict:
    """{stamped, failed}: a stamp for each print that waits. Stops when no authority answers; the next run goes on."""
    stamper = time_stamping.stamper()
    found = list(waiting(clock.today()).values_list("pk", flat=True))
    if stamper is None:  # no authority is configured any more
        return {"stamped": 0, "failed": len(found)}
    stamped = failed = 0
    for place, pk in enumerate(found):
        job.advance(place, len(found))
        try:
            stamped += renew_one(CertificatePrint.everything.select_related("file__key").get(pk=pk), stamper)
        except StampError as error:
            log.warning("no time stamp for print %s: %s", pk, error)
            failed = len(found) - place
            break
    job.advance(len(found) - failed, len(found))
    return {"stamped": stamped, "failed": failed}


def renew_one(print: CertificatePrint, stamper: Any) -> bool:
    """One more stamp over the newest copy; only noted when the seal was stamped as it was made."""
    data = files.read(newest_copy(print))
    known = PrintStamp.everything.filter(print=print).aggregate(last=Max("number"))["last"]
    seal = read_seals(data)[0]
    if known is None and seal.stamps:
        return _note(print, 0, print.file, seal.stamps[0])
    policy, today = time_stamping.policy(), clock.today()
    digest = policy.digest_on(today)
    if not policy.covers(digest, today):
        raise StampError(f"The policy has no hash for new stamps that is believed today; {digest} is not")
    believed = [seal.certificate, *(stamp.certificate for stamp in seal.stamps)]
    data = add_time_stamp(data, stamper, digest, list(dict.fromkeys(believed)))
    number = 1 if known is None else known + 1
    stamp = read_seals(data)[0].stamps[-1]
    with transaction.atomic():
        stored = files.store(data, name=print.file.name, media_type=MEDIA_TYPE, key=print.file.key)
        return _note(print, number, stored, stamp)


def _note(print: CertificatePrint, number: int, file: StoredFile, stamp: Stamp) -> bool:
    """Writes the stamp down; False when another worker was first."""
    try:
        with transaction.atomic():
            PrintStamp.everything.create(
                print=print,
                number=number,
                file=file,
                stamped_at=stamp.at,
                authority=stamp.authority[:300],
                digest=stamp.digest,
                due_on=time_stamping.policy().due_on(stamp),
            )
    except IntegrityError:
        return False
    return True


def unstamped() -> int:
    """Prints that wait for their first time stamp: what an outage has left, for people to see."""
    return waiting(dt.date.min).filter(due_on__isnull=True).count()


# Fixity --------------------------------------------------------------------------------------------------------------


def schedule_fixity() -> Job | None:
    """Queues tonight's reading of the whole archive."""
    return enqueue_unless_waiting(FIXITY, by=None, or_running=True)


def check_fixity(job: RunningJob) -> dict:
    """Every archived byte read and hashed: {checked, held, erased, damaged: [{print, number, code}]}."""
    certificate_prints.print_missing(Certificate.everything.all())
    total, counts, damaged = copies().count(), Counter(), []
    for place, (print_id, number, file) in enumerate(_copies()):
        if place % 50 == 0:
            job.advance(place, total)
        code = _fault_of(file)
        counts[code] += 1
        if code not in ("held", "erased") and len(damaged) < MOST_NAMED:
            damaged.append({"print": str(print_id), "number": number, "code": code})
    job.advance(total, total)
    return {"checked": total, "held": counts["held"], "erased": counts["erased"], "damaged": damaged}


def copies() -> Any:
    """Ids of all archived files of prints."""
    prints = CertificatePrint.everything.values_list("file_id", flat=True)
    return StoredFile.objects.filter(
        Q(pk__in=prints) | Q(pk__in=PrintStamp.everything.values_list("file_id", flat=True))
    )


def _copies() -> Iterator[tuple[Any, int, StoredFile]]:
    for one in CertificatePrint.everything.select_related("file__key").order_by("pk").iterator():
        yield one.pk, 0, one.file
    stamped = (
        PrintStamp.everything.filter(number__gt=0).select_related("file__key").order_by("print", "number")
    )
    for one in stamped.iterator():
        yield one.print_id, one.number, one.file


def _fault_of(file: StoredFile) -> str:
    try:
        data = files.read(file)
    except KeyDestroyed:
        return "erased"
    except OSError:
        return "file_missing"
    except CannotOpen:
        return "file_changed"
    return "held" if hashlib.sha256(data).hexdigest() == file.sha256 else "hash_differs"


def last_damages() -> list[Answer]:
    """What the newest reading of the archive has found, for the nightly questions."""
    last = Job.everything.filter(kind=FIXITY, state=JobState.SUCCEEDED).order_by("-finished_at").first()
    return [
        Answer(f"archive_{one['code']}", "pensions.certificateprint", one["print"], {"number": one["number"]})
        for one in (last.result["damaged"] if last else [])
    ]


# The drill -----------------------------------------------------------------------------------------------------------


def drill(at: dt.datetime | None = None) -> dict[str, Any]:
    """Every archived print verified anew as an offline office would, and its chain of stamps held against the policy.

    A print holds when it still proves what was issued, also where it was revoked since. `failed` names the others.
    """
    at = at or clock.now()
    trust, policy, stamps = offline_trust(), time_stamping.policy(), time_stamping.believed()
    counts, failed, certificates = Counter(), [], set()
    for one in (
        CertificatePrint.everything.select_related("certificate", "file__key").order_by("pk").iterator()
    ):
        certificates.add(one.certificate_id)
        try:
            data = files.read(newest_copy(one))
        except KeyDestroyed:
            counts["erased"] += 1
            continue
        except (OSError, CannotOpen):
            faults, verdict = ["file_unreadable"], ""
        else:
            checked = verify(data, trust, at=at)
            verdict = str(checked.code)
            faults = (
                []
                if checked.code in PROVED
                else [reason.code for reason in checked.reasons if reason.against]
            )
            faults += [
                f"{weak.code} {weak.name}".strip()
                for seal in read_seals(data)[:1]
                for weak in weaknesses(seal, stamps, policy, at)
            ]
        counts["failed" if faults else "held"] += 1
        if faults:
            failed.append(
                {
                    "number": one.certificate.number,
                    "variant": one.variant,
                    "verdict": verdict,
                    "faults": faults,
                }
            )
    return {
        "at": at.isoformat(),
        "certificates": len(certificates),
        "prints": counts.total(),
        "held": counts["held"],
        "erased": counts["erased"],
        "failed": failed,
        "waiting_for_stamp": unstamped(),
    }
