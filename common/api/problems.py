"""Errors as problem details (RFC 9457) with a machine code and the way out."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from common.errors import KozotError


def handle(error: Exception, context: dict) -> Response | None:
    if isinstance(error, RecursionError):  # JSON of thousands of brackets
        error = exceptions.ParseError()
    if isinstance(error, KozotError):
        response = Response(status=error.status)
        body = _body(error.status, error.code, str(error), way_out=str(error.way_out))
        if error.field:
            body["errors"] = [{"field": error.field, "code": error.code, "detail": str(error)}]
    else:
        response = exception_handler(error, context)
        if response is None:
            return None
        body = _from_framework(error, response)
    response.data = body
    response.content_type = "application/problem+json"
    return response


def _from_framework(error: Exception, response: Response) -> dict:
    if isinstance(error, exceptions.ValidationError):
        body = _body(400, "invalid", str(exceptions.ValidationError.default_detail))
        body["errors"] = list(_flatten(error.get_full_details()))
        return body
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    code = error.get_codes() if isinstance(error, exceptions.APIException) else "error"
    return _body(response.status_code, code if isinstance(code, str) else "invalid", str(error))


def _flatten(details: Any, field: str = ""):
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        yield {"field": field, "code": details["code"], "detail": str(details["message"])}
    elif isinstance(details, dict):
        for name, inner in details.items():
            yield from _flatten(inner, f"{field}.{name}".lstrip("."))
    else:
        for inner in details:
            yield from _flatten(inner, field)


def _body(status: int, code: str, detail: str, way_out: str = "") -> dict:
    body = {"type": "about:blank", "status": status, "code": code, "detail": detail}
    return body | {"way_out": way_out} if way_out else body
