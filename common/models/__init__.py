from .import_run import ImportRun
from .job import Job
from .journal_outbox import JournalOutbox
from .stored_file import StoredFile
from .subject_key import SubjectKey

__all__ = ["ImportRun", "Job", "JournalOutbox", "StoredFile", "SubjectKey"]
