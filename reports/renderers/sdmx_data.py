"""The edition's figures for statistical programs: a ZIP with structure and data of every indicator that it prints.

The figures are read from their ledger by the short ids that stand in the tables. Rows of it never change, so the
same edition gives the same bytes.
"""

from collections import defaultdict
from datetime import UTC

from django.utils.translation import gettext_lazy as _

from common.archives import pack
from common.errors import Conflict
from monitoring.models import Figure, IndicatorVersion
from monitoring.sdmx_out import WRITERS, Flow

from .words import Document


def render(document: Document) -> bytes:
    files: dict[str, bytes] = {}
    for flow in flows(document):
        for extension, (write, _media_type) in WRITERS.items():
            files[f"{flow.code}_{flow.number}.{extension}"] = write(flow)
    return pack(files)


def flows(document: Document) -> list[Flow]:
    """One dataflow for each indicator version, in the order of their codes; Conflict on an id without a figure.

    An erratum prints a figure as it was and as it is: the newer one counts.
    """
    figures = Figure.objects.filter(short_id__in=document.ids).select_related("indicator", "calculation")
    found = {figure.short_id: figure for figure in figures.order_by("version")}
    if lost := [one for one in document.ids if one not in found]:
        raise Conflict("figure_missing", _("There is no figure %(id)s."), id=lost[0])
    newest = {(one.indicator_id, one.key, one.period): one for one in found.values()}
    by_version: dict = defaultdict(list)
    for figure in newest.values():
        by_version[figure.calculation.version_id].append(figure)
    versions = IndicatorVersion.objects.filter(pk__in=by_version).select_related("indicator")
    return [
        Flow(version, by_version[version.pk], document.as_of.astimezone(UTC))
        for version in versions.order_by("indicator__code", "number")
    ]
