from django.conf import settings
from django.core.management.base import BaseCommand

from accounts import permission_report


class Command(BaseCommand):
    help = "Prints the permission table as Markdown; --write puts it into docs/permissions.md."

    def add_arguments(self, parser):
        parser.add_argument("--write", action="store_true")

    def handle(self, *args, write: bool, **options):
        text = permission_report.markdown()
        if write:
            (settings.BASE_DIR / "docs" / "permissions.md").write_text(text, encoding="utf8")
        else:
            self.stdout.write(text, ending="")
