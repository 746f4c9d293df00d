"""`{% load formats %}`: `common.formatting` for templates, in the language of the page."""

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
    "date_short",
    "date_long",
    "date_official",
    "month",
    "period",
    "join_list",
):
    register.filter(_name, getattr(formatting, _name))


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
