from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = _("Cases")

    def ready(self) -> None:
        from cases import (
            erasure_hold,  # noqa: F401  (says when a record is needed)
            silence,  # noqa: F401  (takes an employer's silence in)
        )
