import datetime as dt

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import is_naive, make_aware
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from common.errors import Invalid


def day(request: Request, name: str) -> dt.date | None:
    """A date of the query; Invalid if it is not one."""
    return _parsed(request, name, parse_date)


def moment(request: Request, name: str) -> dt.datetime | None:
    """A moment of the query; without a zone it is Bishkek's."""
    found = _parsed(request, name, parse_datetime)
    return make_aware(found) if found and is_naive(found) else found


def _parsed(request: Request, name: str, parse):
    text = request.query_params.get(name, "")
    if not text:
        return None
    try:
        found = parse(text)
    except ValueError:
        found = None
    if found is None:
        raise Invalid("not_a_date", _("This is not a date."), field=name)
    return found
