from django.utils.translation import gettext_lazy as _

from common.enums import Language
from common.jobs import RunningJob, job_kind
from reports.models import Edition
from reports.services import builds, reminders


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
    return {"documents": edition.builds.count()}


@job_kind("reports.remind", title=_("Remind of what is due"))
def remind(job: RunningJob, *, owner: str = "", **report) -> dict:
    sent = reminders.send_late_data(owner=owner) if owner else reminders.send_due(**report)
    return {"letters": sent}
