"""The edge where time enters: rules take `today` as an argument, services ask here."""

import datetime as dt

from django.utils import timezone


def now() -> dt.datetime:
    return timezone.now()


def today() -> dt.date:
    """Today in Bishkek."""
    return timezone.localdate()
