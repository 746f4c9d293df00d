"""Steps 6 and 7: indicators by jobs, and the report of the quarter in three languages."""

from common import clock, files, jobs
from common.enums import Language
from common.journal import services as journal
from monitoring.models import Figure, Indicator
from monitoring.periods import Frequency, Period
from monitoring.services import datasets, indicators, statfiles
from reports.services import editions, publication

from .stage import Stage


def quarter() -> Period:
    return Period.containing(clock.today(), Frequency.QUARTERLY)


def compute(stage: Stage) -> str:
    """Public series and what the house itself counts, this quarter and the three before it."""
    analyst = stage.cast["analyst"]
    datasets.load_items(by=analyst)
    datasets.load_series(by=analyst)
    statfiles.load_corridors(by=analyst)
    indicators.load_shipped(by=analyst)
    for back in (3, 2, 1, 0):
        period = str(quarter().offset(-back))
        stage.wait(
            jobs.enqueue("monitoring.compute", by=analyst, params={"period": period}, key=f"compute {period}")
        )
    shown = Figure.objects.as_of()
    newest = shown.filter(indicator__code="REMITTANCES_GDP", state="value").order_by("-period").first()
    withheld = shown.filter(state="suppressed").count()
    return (
        f"{Indicator.everything.count()} indicators, {shown.count()} figures, {withheld} withheld; "
        f"remittances {newest.value:.2f} % of GDP in {newest.period} (figure {newest.short_id})"
    )


def publish(stage: Stage) -> str:
    """A snapshot, its documents, an approval for each language, then the public."""
    analyst, officer, boss = stage.cast["analyst"], stage.cast["disclosure"], stage.cast["decision"]
    journal.deliver()
    journal.seal()
    edition = editions.prepare(by=analyst, definition=editions.load_shipped(by=analyst), period=quarter())
    stage.wait(jobs.enqueue("reports.build", by=analyst, params={"edition_id": str(edition.pk)}))
    for language in Language.values:
        publication.approve(by=officer, edition=edition, language=language)
    publication.publish(by=boss, edition=edition)
    for build in edition.builds.select_related("file__key"):
        stage.keep(build.file.name, files.read(build.file))
    stage.found["edition"] = edition
    formats = "page, PDF, XLSX, DOCX, CSV and SDMX"
    return f"{edition.period} published in ky, ru, en as {formats}; snapshot {edition.digest[:12]}"
