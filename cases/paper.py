"""A case on paper: who, what, and its story from the beginning, in the language of the one who prints it."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from common import documents, formatting

from .models import Case
from .story import case_story

TEMPLATE = "cases/typst/case.typ"


def case_paper(case: Case, made_at: dt.datetime, reader: Any) -> bytes:
    """PDF of the case as whoever prints it sees it. What no font of ours has, such as an emoji, becomes a box."""
    story = case_story(case, reader)
    client = story["client"]
    facts = [
        (_("Number"), case.number),
        (_("Kind of case"), case.get_type_display()),
        (_("Country"), case.get_country_display()),
        (_("Status"), case.get_status_display()),
        (_("Client"), client.pseudonym),
        (pgettext("person", "Name"), client.name or "—"),
        (_("Telephone or e-mail"), client.contact or "—"),
        (_("Safe way to reach"), " ".join(filter(None, [client.get_channel_display(), client.safe_hours]))),
        *((one.get_kind_display().capitalize(), one.name or "—") for one in story["respondents"]),
    ]
    events = [
        {
            "when": event["when"],
            "title": str(event["title"]),
            "badge": str(event.get("badge") or ""),
            "text": str(event.get("text") or ""),
            "by": str(event.get("by") or ""),
        }
        for event in reversed(story["events"])
    ]
    data = {
        "lang": (get_language() or "ky")[:2],
        "title": _("Case %(number)s") % {"number": case.number},
        "made": formatting.date_long(timezone.localtime(made_at).date()),
        "note": _("Confidential: for the person named as recipient only."),
        "facts": [[str(name), str(value)] for name, value in facts],
        "story": _("The story of the case"),
        "events": events,
    }
    return documents.render(TEMPLATE, printable(data), made_at=made_at)


def printable(value):
    """The same with "□" for letters that no font of ours has."""
    if isinstance(value, str):
        known = documents.letters()
        return "".join(one if one in known or one in "\n\t" else "□" for one in value)
    if isinstance(value, dict):
        return {name: printable(inner) for name, inner in value.items()}
    return [printable(inner) for inner in value]
