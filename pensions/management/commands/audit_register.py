"""Hold the control register against the database. Ends with 1 when something was changed, removed or put in."""

import json

from django.core.management.base import BaseCommand

from common.scoping import system
from pensions.services import control_register, register_audit


class Command(BaseCommand):
    help = "Find rows that were changed, removed or put in underneath the control register."

    def handle(self, *args, **options):
        with system("audit of the control register"):
            damages = register_audit.audit()
            document = {
                "entries": control_register.size(),
                "root": control_register.head(),
                "damages": [damage.as_dict() for damage in damages],
            }
        self.stdout.write(json.dumps(document, ensure_ascii=False, indent=2))
        if damages:
            raise SystemExit(1)
