from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class CommonConfig(AppConfig):
    name = "common"
    verbose_name = _("Kernel")

    def ready(self) -> None:
        from . import append_only, guards, references, search
        from .row_security import install

        pre_migrate.connect(guards.remove_before_migrate, dispatch_uid="guards")
        post_migrate.connect(append_only.install_after_migrate, dispatch_uid="append-only triggers")
        post_migrate.connect(references.install_after_migrate, dispatch_uid="references")
        post_migrate.connect(install.install_after_migrate, dispatch_uid="row security")
        post_migrate.connect(search.install_after_migrate, dispatch_uid="search tables")
