"""Makes matplotlib's SVG fit to stand inside a page.

Style attributes become presentation attributes (a strict content security policy drops the former), ids get
the chart's name, unused ones go, and title, description and language are put where screen readers look.
"""

import re
from xml.etree import ElementTree as ET

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_FONT = re.compile(
    r"(?:(?P<style>italic|oblique)\s+)?(?:(?P<weight>bold|\d{3})\s+)?(?P<size>[\d.]+)px\s+(?P<family>.+)"
)
_FAMILY = "Roboto, 'Kozot Sans', 'DejaVu Sans', sans-serif"
_INHERITED = {"stroke-linejoin": "round", "stroke-linecap": "butt"}

ET.register_namespace("", SVG)
ET.register_namespace("xlink", XLINK)


def accessible(source: bytes, *, name: str, title: str, description: str, language: str) -> str:
    """`source` is what matplotlib wrote. The same input gives the same text."""
    root = ET.fromstring(source)  # noqa: S314 - our own output
    for part in list(root):
        if part.tag == f"{{{SVG}}}metadata":
            root.remove(part)
    for parent in root.iter():
        for child in list(parent):
            if child.tag == f"{{{SVG}}}style":
                parent.remove(child)
    for element in root.iter():
        _presentation(element)
    _rename_ids(root, name)
    _head(root, name, title, description, language)
    return ET.tostring(root, encoding="unicode")


def _presentation(element: ET.Element) -> None:
    style = element.attrib.pop("style", "")
    for declaration in filter(None, map(str.strip, style.split(";"))):
        key, _colon, value = declaration.partition(":")
        key, value = key.strip(), value.strip()
        if key == "font":
            _font(element, value)
        elif key not in ("mix-blend-mode", "-inkscape-font-specification"):
            element.set(key, value)


def _font(element: ET.Element, value: str) -> None:
    found = _FONT.match(value)
    if found is None:
        raise ValueError(f"an SVG font that is not understood: {value!r}")
    element.set("font-size", found["size"])
    element.set("font-family", _FAMILY)
    if found["weight"]:
        element.set("font-weight", found["weight"])
    if found["style"]:
        element.set("font-style", found["style"])


def _rename_ids(root: ET.Element, name: str) -> None:
    used = set()
    for element in root.iter():
        for value in element.attrib.values():
            used.update(_REFERENCE.findall(value))
        target = element.get(f"{{{XLINK}}}href", "")
        if target.startswith("#"):
            used.add(target[1:])
    for element in root.iter():
        identifier = element.attrib.pop("id", None)
        if identifier in used:
            element.set("id", f"{name}-{identifier}")
        for key, value in list(element.attrib.items()):
            if "url(#" in value:
                element.set(key, _REFERENCE.sub(rf"url(#{name}-\1)", value))
            elif key == f"{{{XLINK}}}href" and value.startswith("#"):
                element.set(key, f"#{name}-{value[1:]}")


def _head(root: ET.Element, name: str, title: str, description: str, language: str) -> None:
    # Not in pages' pixels: the box scales with its column.
    for key in ("width", "height"):
        root.attrib.pop(key, None)
    root.set("role", "img")
    root.set("lang", language)
    root.set("aria-labelledby", f"{name}-title {name}-desc")
    for key, value in _INHERITED.items():
        root.set(key, value)
    for place, (tag, text) in enumerate((("title", title), ("desc", description))):
        element = ET.Element(f"{{{SVG}}}{tag}", {"id": f"{name}-{tag}"})
        element.text = text
        root.insert(place, element)
