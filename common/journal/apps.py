from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JournalConfig(AppConfig):
    name = "common.journal"
    label = "journal"
    verbose_name = _("Journal")

    def ready(self) -> None:
        from . import backup_facts  # noqa: F401  (registers itself)
