"""Text goes packed to whoever takes it so: on a slow line a page of rows costs a third."""

from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TEXT = ("text/", "application/json", "application/problem+json", "application/xml", "image/svg+xml")


class PackingMiddleware(GZipMiddleware):
    """Pages, feeds and answers of the API. Documents, archives and streams go as they are.

    What a page's length could tell is covered twice: Django pads by up to 100 random bytes (Heal the BREACH,
    IEEE Access 10, 2022), and masks the token of each form anew.
    """

    def process_response(self, request, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "")
        if response.streaming or not kind.startswith(TEXT):
            return response
        return super().process_response(request, response)
