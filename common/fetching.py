"""Opens an address that the operator has set, and no other: a redirect is an error and carries no secret along."""

from typing import Any
from urllib.request import HTTPRedirectHandler, build_opener


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_args: Any) -> None:
        return None


open_there = build_opener(_Stay).open
