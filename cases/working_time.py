"""Working days and office hours for cases, as `common.working_days` knows them. Pure.

A state whose holidays are not known has no working days here: an Invalid says so, and a date is then chosen by hand.
"""

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from common import working_days
from common.errors import Invalid

OPENS, CLOSES = dt.time(9), dt.time(18)
ZONES = {
    "AM": "Asia/Yerevan",
    "BY": "Europe/Minsk",
    "KZ": "Asia/Almaty",
    "KG": "Asia/Bishkek",
    "RU": "Europe/Moscow",
    "TJ": "Asia/Dushanbe",
    "UZ": "Asia/Tashkent",
    "TR": "Europe/Istanbul",
    "KR": "Asia/Seoul",
    "AE": "Asia/Dubai",
    "DE": "Europe/Berlin",
}


def is_working_day(day: dt.date, state: str) -> bool:
    _want_known(state)
    return working_days.is_working_day(day, state)


def add_working_days(day: dt.date, count: int, state: str) -> dt.date:
    """The day itself is not counted."""
    _want_known(state)
    return working_days.add_working_days(day, count, state)


def working_day_from(day: dt.date, state: str) -> dt.date:
    """This day, or the next working one."""
    _want_known(state)
    return working_days.working_day_from(day, state)


def _want_known(state: str) -> None:
    if not working_days.are_known(state):
        raise Invalid("holidays_unknown", _("The public holidays of this country are not known here."))


def add_working_hours(moment: dt.datetime, hours: float, state: str) -> dt.datetime:
    """The moment when so many office hours (9 to 18, local) have passed; the answer is in the zone of the state."""
    zone = ZoneInfo(ZONES[state])
    here, left = moment.astimezone(zone), dt.timedelta(hours=hours)
    while True:
        opens, closes = (dt.datetime.combine(here.date(), one, zone) for one in (OPENS, CLOSES))
        here = max(here, opens)
        if is_working_day(here.date(), state) and here < closes:
            if left <= closes - here:
                return here + left
            left -= closes - here
        here = dt.datetime.combine(here.date() + dt.timedelta(days=1), OPENS, zone)


def due_by_risk(moment: dt.datetime, risk: str, hours: int, state: str) -> dt.datetime:
    """Danger does not wait for office hours; the rest counts nine of them for a day, where they are known."""
    if risk in {"critical", "high"} or state not in ZONES or not working_days.are_known(state):
        return moment + dt.timedelta(hours=hours)
    return add_working_hours(moment, hours / 24 * (CLOSES.hour - OPENS.hour), state)


def local_today(moment: dt.datetime, state: str) -> dt.date:
    return moment.astimezone(ZoneInfo(ZONES[state])).date()
