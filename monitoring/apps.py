from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MonitoringConfig(AppConfig):
    name = "monitoring"
    verbose_name = _("Monitoring of measures")

    def ready(self) -> None:
        from . import guards  # noqa: F401  (the database learns them after migrate)
