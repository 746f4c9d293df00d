"""A guide as a tagged PDF for printing: with the pictures of `make guides` where it was run, else with words alone."""

from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from common import clock
from common.documents import render

from . import guides
from .enums import Role

TEMPLATE = "accounts/typst/guide.typ"
PHONES = {Role.WORKER}


def folder() -> Path:
    """Where `make guides` writes, and where the site looks for finished papers."""
    return Path(settings.BASE_DIR) / "var" / "guides"


def paper(role: Role) -> bytes:
    """The guide in the language of the moment."""
    finished = folder() / (get_language() or "ky") / f"{role.value}.pdf"
    return finished.read_bytes() if finished.is_file() else made(role, {})


def made(role: Role, pictures: Mapping[str, Path]) -> bytes:
    """`pictures` by the step's address; typst reads only below the project's root, others are left out."""
    root = Path(settings.BASE_DIR).resolve()
    data = {
        "lang": get_language() or "ky",
        "title": str(guides.TITLES[role]),
        "is_phone": role in PHONES,
        "labels": {"where": _("Where:"), "see": _("What you will see:"), "wrong": _("If it goes wrong:")},
        "steps": [
            {
                "want": one.want,
                "where": one.where,
                "do": one.do,
                "see": one.see,
                "wrong": one.wrong,
                "picture": _below(root, pictures.get(one.url)),
            }
            for one in guides.read(role)
        ],
    }
    return render(TEMPLATE, data, made_at=clock.now())


def _below(root: Path, picture: Path | None) -> str:
    found = picture.resolve() if picture else None
    return f"/{found.relative_to(root)}" if found and found.is_relative_to(root) else ""


def in_language(role: Role, language: str, pictures: Mapping[str, Path]) -> bytes:
    with override(language):
        return made(role, pictures)
