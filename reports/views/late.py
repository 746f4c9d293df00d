from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts import access
from common import clock, formatting
from common.translated import words
from reports.services import reminders


def late_data(request):
    """Series whose figures are late: what is missing, from whom, since when. The longest wait comes first."""
    access.require(request.user, "monitoring.submission.load")
    items = sorted(reminders.late_items(clock.today()), key=lambda one: (one.late_since, one.item.code))
    senders = reminders.senders(items)
    rows = [
        [
            {
                "value": words(one.item, "title")[0],
                "url": reverse("admin:monitoring_dataitem_change", args=[one.item.pk]),
            }
            if access.permits(request.user, "monitoring.indicator.change")
            else words(one.item, "title")[0],
            str(senders.get(one.item.pk, "—")),
            formatting.period(one.newest),
            formatting.period(one.wanted),
            formatting.date_short(one.late_since),
        ]
        for one in items
    ]
    columns = [
        pgettext("of figures", "Series"),
        _("Who sent it last"),
        _("Newest figure"),
        _("Figure wanted"),
        _("Late since"),
    ]
    return render(request, "reports/late_data.html", {"columns": columns, "rows": rows})
