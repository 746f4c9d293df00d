"""Forms of a page as somebody with a browser finds them: addresses, fields, and what they offer."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

UNSENT = {"submit", "button", "reset", "image"}


@dataclass
class Field:
    """`kind` is the type of the input, `select` or `textarea`; `offered` the values that one may choose."""

    name: str
    kind: str
    value: str = ""
    offered: list[str] = field(default_factory=list)
    many: bool = False


@dataclass
class Form:
    address: str
    fields: dict[str, Field] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self, address: str):
        super().__init__()
        self.address, self.found = address, []
        self._form: Form | None = None
        self._select: Field | None = None

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            is_post = given.get("method", "get").lower() == "post"
            self._form = Form(urljoin(self.address, given.get("action") or self.address)) if is_post else None
            self.found += [self._form] if is_post else []
        elif self._form is None:
            return
        elif tag == "option" and self._select is not None:
            self._select.offered.append(given.get("value", ""))
        elif tag in ("input", "select", "textarea") and given.get("name"):
            self._field(tag, given)

    def _field(self, tag, given):
        kind = given.get("type", "text").lower() if tag == "input" else tag
        if kind in UNSENT:
            return
        one = self._form.fields.setdefault(given["name"], Field(given["name"], kind))
        if kind in ("radio", "checkbox"):
            one.offered.append(given.get("value", "on"))
            one.many = kind == "checkbox" and len(one.offered) > 1
        elif kind == "select":
            self._select, one.many = one, "multiple" in given
        else:
            one.value = given.get("value", "")

    def handle_endtag(self, tag):
        if tag == "select":
            self._select = None
        elif tag == "form":
            self._form = None


def forms_of(address: str, text: str) -> list[Form]:
    """Forms of a page that are sent by POST."""
    reader = _Reader(address)
    reader.feed(text)
    return reader.found
