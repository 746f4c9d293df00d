"""First in line: health and metrics before hosts, sessions and redirects; a number and a log line for each request."""

import hmac
import json
import logging
import time

from django.conf import settings
from django.http import HttpResponse, HttpResponseNotFound

from . import health, metrics, request

log = logging.getLogger("kozot.request")
UNKNOWN = "(unknown)"


class WatchMiddleware:
    """`/health/live`, `/health/ready` and, with the operator's token, `/metrics`: three answers without a person."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.answers = {"/health/live": live, "/health/ready": ready, "/metrics": told_metrics}

    def __call__(self, http):
        if answer := self.answers.get(http.path_info):
            return answer(http)
        number, start = request.begin(http.headers.get("X-Request-ID", "")), time.monotonic()
        response = self.get_response(http)
        seconds = time.monotonic() - start
        # The route, never the path: a path may hold a number or a name, and a query what was searched for.
        route = http.resolver_match.route if http.resolver_match else UNKNOWN
        metrics.observe(route, http.method, response.status_code, seconds)
        log.info(
            "request",
            extra={
                "route": route,
                "method": http.method,
                "status": response.status_code,
                "milliseconds": round(1000 * seconds, 1),
                "request_id": number,
            },
        )
        response["X-Request-ID"] = number
        return response


def live(http) -> HttpResponse:
    return HttpResponse("alive\n", content_type="text/plain")


def ready(http) -> HttpResponse:
    is_ready, answers = health.ask()
    body = json.dumps({"ready": is_ready, "parts": answers})
    return HttpResponse(body, content_type="application/json", status=200 if is_ready else 503)


def told_metrics(http) -> HttpResponse:
    """Without a token in the settings, or with another one, there is nothing here."""
    given = http.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode()):
        return HttpResponseNotFound()
    return HttpResponse(metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")
