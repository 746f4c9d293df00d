"""When a message goes: at once, with the day's others, and never in the person's quiet hours. Knows times only."""

import datetime as dt
from zoneinfo import ZoneInfo

# Where Kyrgyz workers and those who serve them live, from west to east.
ZONES = (
    "Europe/Berlin",
    "Europe/Istanbul",
    "Europe/Moscow",
    "Europe/Minsk",
    "Europe/Samara",
    "Asia/Dubai",
    "Asia/Yerevan",
    "Asia/Yekaterinburg",
    "Asia/Almaty",
    "Asia/Dushanbe",
    "Asia/Tashkent",
    "Asia/Bishkek",
    "Asia/Omsk",
    "Asia/Novosibirsk",
    "Asia/Krasnoyarsk",
    "Asia/Irkutsk",
    "Asia/Seoul",
    "Asia/Vladivostok",
)


def is_quiet(hour: int, start: int, end: int) -> bool:
    """Hours from `start` up to, not including, `end`; over midnight where start is later. Equal: no quiet hours."""
    return start <= hour < end if start <= end else hour >= start or hour < end


def after_quiet(moment: dt.datetime, zone: str, start: int, end: int) -> dt.datetime:
    """The moment itself, or the end of the quiet hours in which it lies."""
    local = moment.astimezone(ZoneInfo(zone))
    if not is_quiet(local.hour, start, end):
        return moment
    ends = local.replace(hour=end, minute=0, second=0, microsecond=0)
    if ends <= local:
        ends += dt.timedelta(days=1)  # wall time: the day of a change of clocks has its own length
    return ends.astimezone(dt.UTC)


def next_daily(moment: dt.datetime, zone: str, hour: int) -> dt.datetime:
    """The next time that the person's clock shows this full hour."""
    local = moment.astimezone(ZoneInfo(zone))
    then = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    if then <= local:
        then += dt.timedelta(days=1)
    return then.astimezone(dt.UTC)


# Waits after a failed attempt; when they are used up, a person has to look at it.
BACKOFF = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))
IN_DOUBT_AFTER = dt.timedelta(minutes=10)
