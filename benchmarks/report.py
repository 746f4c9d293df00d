"""The whole quarterly report in three languages and all formats, as a ratio to its charts and pages made alone.

    .venv/bin/python benchmarks/report.py          # SQLite, a file of its own

Alone: every chart drawn once for each language and written as SVG and PNG, and the PDF's pages set once from finished
data. Ours: the job of the house from the snapshot to sixteen stored documents. CPU seconds of this process, and the
most memory that it held.
"""

# ruff: noqa: E402  (Django is set up before its models are imported)

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
os.environ.setdefault("KOZOT_VAR", tempfile.mkdtemp(prefix="kozot-bench-"))

import django

django.setup()

from django.core.management import call_command

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership, Organisation, User
from common import clock, documents, jobs
from common.enums import Language
from common.scoping import system
from monitoring.periods import Frequency, Period
from monitoring.services import datasets, indicators, measures
from reports.content import Chart, unpack
from reports.models import Edition
from reports.renderers import pdf
from reports.renderers.words import Speaker
from reports.services import builds, editions

GOAL = 2.0


def analyst() -> User:
    home = Organisation.objects.create(kind=OrganisationKind.MINISTRY, state="KG", name_en="Ministry")
    user = User.objects.create_user(email="analyst@example.org", full_name="x", language="en")
    Membership.objects.create(user=user, organisation=home, role=Role.ANALYST)
    return user


def prepared() -> Edition:
    """The quarter of the house with the measures of the study and the public series."""
    by = analyst()
    measures.load_study(by=by)
    datasets.load_items(by=by)
    datasets.load_series(by=by)
    indicators.load_shipped(by=by)
    period = Period.containing(clock.today(), Frequency.QUARTERLY)
    done(by, "monitoring.compute", period=str(period))
    return editions.prepare(by=by, definition=editions.load_shipped(by=by), period=period)


def done(by: User, kind: str, **params: Any) -> None:
    job = jobs.enqueue(kind, by=by, params=params)
    if jobs.run(job.pk) != "succeeded":
        job.refresh_from_db()
        raise RuntimeError(f"{kind}: {job.error_code} {job.error_text}")


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def draw(edition: Edition, language: str) -> int:
    """Every chart of the report, from its numbers to SVG and PNG."""
    speaker, count = Speaker(language), 0
    for section in unpack(edition.snapshot):
        for block in section.blocks:
            if isinstance(block, Chart):
                chart = speaker.chart(block).chart
                chart.svg()
                chart.png(dpi=150)
                count += 1
    return count


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("migrate", database="journal", verbosity=0)
    with system("benchmark"):
        edition = prepared()
        draw(edition, "ky")  # fonts and libraries are loaded once for both
        charts = seconds(lambda: [draw(edition, language) for language in Language.values])
        pages = 0.0
        for language in Language.values:
            said = builds.say(edition, language)
            data = pdf.data_of(said)
            pages += seconds(lambda d=data, s=said: documents.render(pdf.TEMPLATE, d, made_at=s.as_of))
        ours = seconds(lambda: done(edition.prepared_by, "reports.build", edition_id=str(edition.pk)))
        built = edition.builds.count()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"charts alone {charts:.1f} s, pages alone {pages:.1f} s")
    print(f"{built} documents {ours:.1f} s CPU, most memory {most} MB")
    print(f"ratio {ours / (charts + pages):.2f} (goal at most {GOAL})")


if __name__ == "__main__":
    main()
