from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def fill_classifications(sender, using: str, **kwargs) -> None:
    """A new installation begins with the tables of `data/classifications`; later they are the desk's."""
    from .services import classifications

    if using == "default":
        classifications.fill()


class PensionsConfig(AppConfig):
    name = "pensions"
    verbose_name = _("Registry and pensions")

    def ready(self) -> None:
        from common import search
        from pensions import backup_facts, guards  # noqa: F401  (register themselves)
        from pensions.certificates import gost
        from pensions.models import Certificate, Worker

        gost.use(gost.Engine(settings.GOST_OPENSSL, settings.GOST_ENGINE))
        search.index(Worker, "search_key", "registry_number", coarse=["worker_state_name"])
        search.index(Certificate, "number")
        post_migrate.connect(fill_classifications, sender=self)
