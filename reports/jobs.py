from django.utils.translation import gettext_lazy as _

from common.enums import Language
from common.jobs import RunningJob, job_kind
from reports import events
from reports.enums import EditionState
from reports.models import Edition
from reports.services import builds


@job_kind("reports.build", title=_("Build the documents of a report"))
def build(job: RunningJob, *, edition_id: str) -> dict:
    """Builds what is not built yet, so that a job whose worker was killed goes on where it stopped.

    Each language is said once; before the first document all are held against each other.
    """
    edition = Edition.everything.select_related("definition", "corrects").get(pk=edition_id)
    todo = builds.missing_builds(edition)
    if todo:
        said = {language: builds.say(edition, language) for language in Language.values}
        builds.refuse_differences(said)
    for done, (language, form) in enumerate(todo, start=1):
        builds.build(by=job.by, edition=edition, language=language, format=form, said=said[language])
        job.advance(done, len(todo), step=f"{language} {form}")
    if todo and edition.state == EditionState.DRAFT:
        events.edition_waits(edition, by=job.by)
    return {"documents": edition.builds.count()}
