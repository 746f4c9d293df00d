"""The page that asks what the columns of a file are: the same for employers and at the desk of officials."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from common.enums import ImportState
from common.errors import KozotError
from pensions.imports import mapping
from pensions.models import WorkRecordImport
from pensions.services import imports


def columns_page(
    request: HttpRequest, run: WorkRecordImport, *, template: str, back: str, **context
) -> HttpResponse:
    """Shows, tries out and keeps the choice. An import whose columns are known leads back to its own page."""
    imports.require_columns(by=request.user, run=run)
    if run.state != ImportState.MAPPING:
        return redirect(back)
    form = mapping.ColumnsForm(mapping.file_columns(run), request.POST or None)
    context |= {"run": run, "form": form, "back": back, "title": _("Columns of the file")}
    if request.method == "POST" and form.is_valid():
        if "try" in request.POST:
            context |= mapping.tried(run, form.mapping)
        else:
            try:
                imports.name_columns(by=request.user, run=run, mapping=form.mapping)
            except KozotError as error:
                form.add_error(None, f"{error} {error.way_out}".strip())
            else:
                messages.success(request, _("The columns are kept for the next file of this kind."))
                return redirect(back)
    return render(request, template, context, status=400 if form.errors else 200)
