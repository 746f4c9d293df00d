"""Writes every guide in every language with pictures: a page to be read without the site, and a PDF to be printed."""

import shutil
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management.base import BaseCommand
from django.template.loader import render_to_string
from django.utils.translation import override

from accounts import guide_paper, guides
from accounts.enums import Role

STYLES = ("tokens", "base", "components", "print")
PHONE, DESK = "360", "1280"


class Command(BaseCommand):
    help = "Writes the guides of all roles, with the pictures that the journeys took, into a folder."

    def add_arguments(self, parser):
        parser.add_argument(
            "--screens", type=Path, default=settings.BASE_DIR / "var" / "journeys" / "screens"
        )
        parser.add_argument("--into", type=Path, default=guide_paper.folder())

    def handle(self, *, screens: Path, into: Path, **options):
        shutil.rmtree(into, ignore_errors=True)
        (into / "css").mkdir(parents=True)
        for name in STYLES:
            shutil.copy(finders.find(f"kozot/css/{name}.css"), into / "css")
        taken = sum(
            write(role, language, screens, into / language)
            for language, _name in settings.LANGUAGES
            for role in guides.TITLES
        )
        self.stdout.write(
            f"{len(guides.TITLES)} guides in {len(settings.LANGUAGES)} languages, {taken} pictures: {into}"
        )
        if not taken:
            self.stdout.write("No pictures were found: `make journeys` takes them.")


def write(role: Role, language: str, screens: Path, folder: Path) -> int:
    """One guide as ROLE.html, with its pictures beside it, and as ROLE.pdf. Returns how many pictures it has."""
    width = PHONE if role == Role.WORKER else DESK
    (folder / role.value).mkdir(parents=True)
    taken, pictures = 0, {}
    with override(language):
        steps = []
        for told in guides.read(role):
            found = sorted(
                (screens / language / width / role.value).glob(f"[0-9]*-{guides.slug(told.url)}.png")
            )[:1]
            taken += len(found)
            picture = f"{role.value}/{Path(shutil.copy(found[0], folder / role.value)).name}" if found else ""
            if found:
                pictures[told.url] = folder / picture
            steps.append({**told.__dict__, "picture": picture, "url": ""})
        page = render_to_string("accounts/guide_file.html", {"title": guides.TITLES[role], "steps": steps})
    (folder / f"{role.value}.html").write_text(page, encoding="utf-8")
    (folder / f"{role.value}.pdf").write_bytes(guide_paper.in_language(role, language, pictures))
    return taken
