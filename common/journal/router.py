from django.conf import settings

APP = "journal"


class JournalRouter:
    """Sends the journal to its own database where there is one (SQLite), else to the only one."""

    @staticmethod
    def database() -> str:
        return APP if APP in settings.DATABASES else "default"

    def db_for_read(self, model, **hints):
        return self.database() if model._meta.app_label == APP else None

    db_for_write = db_for_read

    def allow_migrate(self, db, app_label, **hints):
        if app_label == APP:
            return db == self.database()
        return db == "default"
