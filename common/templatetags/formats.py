"""`{% load formats %}`: `common.formatting` for templates, in the language of the page."""

import datetime as dt

from django import template
from django.utils import timezone

from common import formatting

register = template.Library()

for _name in (
    "number",
    "decimal",
    "percent",
    "share",
    "file_size",
    "currency_name",
    "language_name",
    "period",
    "join_list",
):
    register.filter(_name, getattr(formatting, _name))


def _day(value):
    """Of a moment, the day that it is in the current time zone."""
    return timezone.localtime(value).date() if isinstance(value, dt.datetime) else value


@register.filter
def date_short(value):
    return formatting.date_short(_day(value))


@register.filter
def date_long(value):
    return formatting.date_long(_day(value))


@register.filter
def date_official(value, case="on"):
    return formatting.date_official(_day(value), case)


@register.filter
def month(value):
    return formatting.month(_day(value))


@register.filter
def money(amount, currency=None):
    """`{{ payment.amount|money:payment.currency }}` or `{{ total|money }}` for a Money."""
    return formatting.money(amount, currency)


@register.filter
def country_name(code):
    return formatting.country_name(code)


@register.filter
def country_official(code):
    return formatting.country_name(code, official=True)


@register.filter
def datetime_short(value):
    """In the current time zone."""
    return formatting.datetime_short(timezone.localtime(value) if value else None)


@register.simple_tag
def date_range(start, end=None):
    return formatting.date_range(start, end)


@register.simple_tag
def duration(years=0, months=0, days=0):
    return formatting.duration(years, months, days)
