"""Template tags for the parts of the design system; each renders one file under templates/kozot/parts/."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms, template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

register = template.Library()

TONES = {
    "neutral": _("Note"),
    "info": _("Information"),
    "success": _("Done"),
    "warning": _("Attention"),
    "danger": _("Error"),
}
# other words for a tone: levels of django.contrib.messages, states of a job
TONE_OF = {
    "error": "danger",
    "debug": "neutral",
    "": "info",
    "queued": "info",
    "running": "info",
    "succeeded": "success",
    "failed": "danger",
    "cancelled": "neutral",
}


def tone_of(name: str | None) -> str:
    """The tone for a message level, a job's state or a tone name; an unknown word is neutral, never an error."""
    name = TONE_OF.get(name or "", name or "")
    return name if name in TONES else "neutral"


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of img/icons.svg; without `label` it is decoration and hidden from screen readers."""
    name_attributes = (
        format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    )
    return format_html(
        '<svg class="icon" width="20" height="20" {}><use href="{}#{}"/></svg>',
        name_attributes,
        static("kozot/img/icons.svg"),
        name,
    )


@register.simple_tag
def badge(text: Any, tone: str | None = "neutral", icon_name: str = "") -> SafeString:
    """A state in one or two words. The word carries the meaning, the colour only repeats it."""
    return format_html(
        '<span class="badge tone-{}">{}{}</span>', tone_of(tone), icon(icon_name) if icon_name else "", text
    )


@register.simple_block_tag
def notice(content: str, tone: str = "info", title: str = "", role: str = "") -> SafeString:
    """`{% notice "warning" title=… %}<p>…</p>{% endnotice %}`; role="alert" only for what has just happened."""
    tone = tone_of(tone)
    context = {"content": content, "tone": tone, "title": title, "role": role, "tone_label": TONES[tone]}
    return mark_safe(render_to_string("kozot/parts/notice.html", context))


@register.inclusion_tag("kozot/parts/empty_state.html")
def empty_state(title: str, text: str = "", url: str = "", label: str = "") -> dict[str, Any]:
    """Says what would stand here and offers the first step."""
    return {"title": title, "text": text, "url": url, "label": label}


@register.inclusion_tag("kozot/parts/steps.html")
def steps(items: Sequence[str | Mapping[str, Any]], current: int = 0, label: Any = None) -> dict[str, Any]:
    """Where one stands in a task: `items` are titles or {title, url, state}; `current` counts from 1.

    With plain titles the steps before `current` are done; `current` past the end means all are done.
    """
    shown = []
    for number, item in enumerate(items, start=1):
        step = dict(item) if isinstance(item, Mapping) else {"title": item}
        if "state" not in step and current:
            step["state"] = "done" if number < current else "current" if number == current else "ahead"
        shown.append(step)
    return {"steps": shown, "label": label or _("Steps")}


@register.inclusion_tag("kozot/parts/timeline.html")
def timeline(items: Iterable[Mapping[str, Any]], label: Any = "") -> dict[str, Any]:
    """`items`: {when, title, text, by, url, tone, badge, gap} in the order they are to be read."""
    return {"items": items, "label": label}


@register.inclusion_tag("kozot/parts/facts.html")
def facts(items: Iterable[tuple[Any, Any]]) -> dict[str, Any]:
    """A definition list of (term, value) pairs; an absent value is a dash."""
    return {"facts": [{"term": term, "value": value} for term, value in items]}


def column_of(column: str | Mapping[str, Any]) -> dict[str, Any]:
    return dict(column) if isinstance(column, Mapping) else {"title": column}


def cell_of(cell: Any, column: Mapping[str, Any]) -> dict[str, Any]:
    shown = dict(cell) if isinstance(cell, Mapping) else {"value": cell}
    shown.setdefault("number", column.get("number", False))
    return {**shown, "title": column["title"]}


def table_context(columns: Sequence[Any], rows: Iterable[Sequence[Any]]) -> dict[str, Any]:
    heads = [column_of(column) for column in columns]
    return {
        "columns": heads,
        "rows": [[cell_of(cell, head) for cell, head in zip(row, heads, strict=True)] for row in rows],
    }


@register.inclusion_tag("kozot/parts/table.html")
def data_table(
    columns: Sequence[str | Mapping[str, Any]],
    rows: Iterable[Sequence[Any]],
    caption: Any,
    show_caption: bool = False,
    scroll: bool = False,
    empty_title: Any = "",
    empty_text: Any = "",
) -> dict[str, Any]:
    """A table that becomes cards on a phone (or, with `scroll`, slides sideways).

    `columns`: titles or {title, number, sort_url, sorted}; a cell is a value or {value, url, tone}.
    The first column names its row. `caption` is always there for screen readers.
    """
    return {
        **table_context(columns, rows),
        "caption": caption,
        "show_caption": show_caption,
        "scroll": scroll,
        "empty_title": empty_title,
        "empty_text": empty_text,
    }


@register.inclusion_tag("kozot/parts/pagination.html")
def pagination(previous_url: str = "", next_url: str = "", summary: Any = "") -> dict[str, Any]:
    """Keyset pages: only the way back and the way on; there is no number of pages to count."""
    return {"previous_url": previous_url, "next_url": next_url, "summary": summary}


@register.inclusion_tag("kozot/parts/progress.html")
def progress(
    label: Any,
    done: int | None = None,
    total: int | None = None,
    message: Any = "",
    poll_url: str = "",
    finished: bool = False,
    tone: str = "",
    id: str = "progress",
) -> dict[str, Any]:
    """How far a job is. With `poll_url` htmx asks again every two seconds until `finished`.

    `tone` may be a job's state. The page needs the htmx block and, for readers without scripts,
    "kozot/parts/refresh.html" in its head.
    """
    return {
        "label": label,
        "done": done,
        "total": total,
        "message": message,
        "poll_url": poll_url,
        "finished": finished,
        "tone": tone_of(tone or ("success" if finished else "info")),
        "id": id,
    }


@register.inclusion_tag("kozot/parts/chart_figure.html")
def chart_figure(
    title: Any,
    svg: SafeString | str = "",
    src: str = "",
    columns: Sequence[Any] = (),
    rows: Iterable[Sequence[Any]] = (),
    note: Any = "",
    source: Any = "",
    alt: Any = "",
    width: int | None = None,
    height: int | None = None,
) -> dict[str, Any]:
    """A chart with its figures as a table below it.

    `svg` is trusted markup made by this project without style attributes; a picture from elsewhere goes by `src`.
    """
    return {
        **table_context(columns, rows),
        "title": title,
        "svg": mark_safe(svg),
        "src": src,
        "note": note,
        "source": source,
        "alt": alt,
        "width": width,
        "height": height,
    }


@register.inclusion_tag("kozot/parts/copy.html")
def copyable(value: Any, id: str) -> dict[str, Any]:
    """A code with a button that copies it; the button appears only where scripts run."""
    return {"value": value, "id": id}


@register.filter
def field_kind(field: forms.BoundField) -> str:
    """How a form field is laid out: "check" for one tick box, "choices" for a group, else ""."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    return ""


@register.filter
def first_input_id(field: forms.BoundField) -> str:
    """The id that an error summary links to: the first input where the widget has several."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.filter
def by_organisation(memberships: Iterable[Any]) -> list[dict[str, Any]]:
    """A user's roles gathered under their organisations: [{organisation, roles}], in the order given."""
    found: dict[Any, dict[str, Any]] = {}
    for membership in memberships or ():
        group = found.setdefault(
            membership.organisation_id, {"organisation": membership.organisation, "roles": []}
        )
        group["roles"].append(membership.get_role_display())
    return list(found.values())
