from importlib import import_module

from django.apps import AppConfig, apps
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext_lazy as _

ROOMS = {"accounts", "pensions", "cases", "monitoring", "reports"}


LOADED = ("permissions", "row_security", "events", "navigation", "jobs", "checks", "guides", "first_day")


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People and organisations")

    def ready(self) -> None:
        """Each app adds its permissions, kinds of notices, menu entries, kinds of job, nightly questions and guides."""
        from django.contrib.auth.signals import user_logged_in, user_logged_out

        from . import desk_values
        from .services import sessions

        desk_values.install()
        user_logged_in.connect(sessions.begin, dispatch_uid="kozot_session_begins")
        user_logged_out.connect(sessions.leave, dispatch_uid="kozot_session_ends")
        for config in apps.get_app_configs():
            if config.name.split(".")[0] in ROOMS:
                for name in LOADED:
                    if module_has_submodule(config.module, name):
                        import_module(f"{config.name}.{name}")
