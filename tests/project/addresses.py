"""All addresses of the project, found by themselves."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import ModelAdmin
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.site import desk

APP_LABELS = re.compile(r"\(\?P<app_label>[^)]*\)")  # Django lists the apps that have a desk
API, DESK = "api/v1/", "admin/"


@dataclass(frozen=True)
class Address:
    """`route` as it is written in urls.py, with the folders before it; `callback` is the view."""

    route: str
    callback: Any

    @property
    def is_api(self) -> bool:
        return self.route.startswith(API)

    @property
    def is_of_a_desk(self) -> bool:
        """Belongs to one model's desk, which is walked by itself."""
        return any(self.route.startswith(f"{DESK}{folder(one)}/") for one in desks())


def folder(model_admin: ModelAdmin) -> str:
    return f"{model_admin.opts.app_label}/{model_admin.opts.model_name}"


def desks() -> list[ModelAdmin]:
    return list(desk._registry.values())


def addresses(resolver: URLResolver | None = None, before: str = "") -> Iterator[Address]:
    for one in (resolver or get_resolver()).url_patterns:
        route = before + APP_LABELS.sub("(?P<app_label>)", str(one.pattern).lstrip("^"))
        if isinstance(one, URLPattern):
            yield Address(route, one.callback)
        else:
            yield from addresses(one, route)
