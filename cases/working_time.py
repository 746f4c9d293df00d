"""Working days and hours of a state, with its public holidays. Pure.

Holidays come from the `holidays` package. It has the days that the Russian government moves for each year it
covers, but not Kyrgyz holidays moved from a weekend: a due day here can fall a day early, never late. A state that
it does not know has no working days here: an Invalid says so, and a date is then chosen by hand.
"""

import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo

import holidays
from django.utils.translation import gettext_lazy as _

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


@cache
def _holidays(state: str):
    try:
        return holidays.country_holidays(state)
    except NotImplementedError:
        return None


def is_working_day(day: dt.date, state: str) -> bool:
    known = _holidays(state)
    if known is None:
        raise Invalid("holidays_unknown", _("The public holidays of this country are not known here."))
    return known.is_working_day(day)


def add_working_days(day: dt.date, count: int, state: str) -> dt.date:
    """The day itself is not counted."""
    while count:
        day += dt.timedelta(days=1)
        count -= is_working_day(day, state)
    return day


def working_day_from(day: dt.date, state: str) -> dt.date:
    """This day, or the next working one."""
    while not is_working_day(day, state):
        day += dt.timedelta(days=1)
    return day


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


def local_today(moment: dt.datetime, state: str) -> dt.date:
    return moment.astimezone(ZoneInfo(ZONES[state])).date()
