from typing import Any

from django.contrib import admin
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.desk import DeskAdmin
from accounts.folded import FoldedSearch
from accounts.object_actions import ObjectAction, Page
from accounts.site import desk
from common.tables.writer import CONTENT_TYPES
from pensions.forms import employers as forms
from pensions.models import ClassificationCode
from pensions.services import classifications

from .paging import CappedPaginator


def _import(by: Any, obj: None, *, file: Any, only_check: bool) -> Page:
    counts = classifications.import_table(by=by, content=file.read(), only_check=only_check)
    facts = [
        (_("New"), counts["new"]),
        (_("Changed"), counts["changed"]),
        (_("Unchanged"), counts["unchanged"]),
    ]
    context = {
        "title": _("Nothing is recorded yet") if only_check else _("The table is recorded"),
        "counts": facts,
        "columns": [{"title": _("Line"), "number": True}, _("What is wrong")],
        "wrong": counts["wrong"],
    }
    return Page("pensions/desk/classification_import.html", context)


def _export(by: Any, obj: None, *, scheme: str, file_format: str) -> HttpResponse:
    content = classifications.export_table(by=by, scheme=scheme, file_format=file_format)
    answer = HttpResponse(content, content_type=CONTENT_TYPES[file_format])
    answer["Content-Disposition"] = f'attachment; filename="{scheme or "classifications"}.{file_format}"'
    return answer


@admin.register(ClassificationCode, site=desk)
class ClassificationDesk(FoldedSearch, DeskAdmin):
    """Occupations, industries, administrative units: what the codes in records mean."""

    paginator = CappedPaginator
    list_display = ["code", "title_shown", "scheme", "maps_to", "ended_on"]
    list_filter = ["scheme", "level"]
    ordering = ["scheme", "code"]
    sortable_by = []
    search_fields = ["code", "title_ky", "title_ru", "title_en"]
    search_help_text = _("A code or words of its title.")
    fields = ["scheme", "code", "title_ky", "title_ru", "title_en", "above", "maps_to", "ended_on"]
    readonly_fields = ["above"]
    list_actions = [
        ObjectAction(
            "import",
            _("Import a table"),
            action=classifications.CHANGE,
            form=forms.TableForm,
            run=_import,
            explain=_(
                "Rows are compared with the table by code: new ones are added, different ones changed."
            ),
        ),
        ObjectAction(
            "export",
            _("Export a table"),
            action="registry.classification.view",
            form=forms.ExportForm,
            run=_export,
        ),
    ]

    @admin.display(description=_("title"))
    def title_shown(self, one: ClassificationCode) -> str:
        return one.title

    @admin.display(description=_("code above"))
    def above(self, one: ClassificationCode) -> str:
        found = ClassificationCode.objects.filter(scheme=one.scheme, code=one.parent).first()
        return str(found) if found else "—"
