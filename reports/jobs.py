from django.utils.translation import gettext_lazy as _

from common.jobs import RunningJob, job_kind
from reports.models import Edition
from reports.services import editions


@job_kind("reports.build", title=_("Build the documents of a report"))
def build(job: RunningJob, *, edition_id: str) -> dict:
    """Builds what is not built yet, so that a job whose worker was killed goes on where it stopped."""
    edition = Edition.everything.select_related("definition").get(pk=edition_id)
    todo = editions.missing_builds(edition)
    for done, (language, form) in enumerate(todo, start=1):
        editions.build(by=job.by, edition=edition, language=language, format=form)
        job.advance(done, len(todo), step=f"{language} {form}")
    return {"documents": edition.builds.count()}
