"""Long forms of a case whose words are kept at the server while they are typed, and that are sent once."""

import uuid
from collections.abc import Callable
from typing import Any

from django.urls import reverse

from .models import Case
from .services import drafts

# By the name of the button.
KEPT = ("note", "assess", "incident", "letter")


def keeping(name: str, run: Callable[..., Any], **button: Any) -> dict[str, Any]:
    """What such a button has besides: `run` without the token of the page, what was typed before, and where it goes."""
    begun = button.pop("initial", lambda request, case: {})

    def once(by: Any, obj: Case, token: uuid.UUID | None = None, **values: Any) -> Any:
        token = token or uuid.uuid4()
        return drafts.once(by=by, case=obj, form=name, token=token, run=lambda: run(by=by, obj=obj, **values))

    return {
        "run": once,
        "initial": lambda request, case: {
            **begun(request, case),
            **drafts.go_on(by=request.user, case=case, form=name),
        },
        "keep_at": lambda case: {
            "url": reverse("cases:keep_form", args=[case.pk, name]),
            "state": reverse("cases:field_state"),
            "script": "cases/js/call.js",
        },
        **button,
    }
