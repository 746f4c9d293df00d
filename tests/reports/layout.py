"""What can be seen to be wrong on a printed page, found by the places of its words."""

import itertools
import re
from collections.abc import Iterator

import pypdfium2

MILLIMETRE = 72 / 25.4
CAPTION = re.compile(r"(\d+-(таблица|сүрөт)|(Таблица|Рисунок|Table|Figure) \d+)\.")


def faults(content: bytes, *, right: float = 18, bottom: float = 22) -> list[str]:
    """Words past the right margin (mm), lines over each other, words broken after a hyphen, lonely captions."""
    return [
        f"page {number}: {fault}"
        for number, page in enumerate(pypdfium2.PdfDocument(content), start=1)
        for fault in _on_page(page, right, bottom * MILLIMETRE)
    ]


def _on_page(page, right: float, bottom: float) -> Iterator[str]:
    text = page.get_textpage()
    edge = page.get_width() - right * MILLIMETRE
    boxes = [text.get_rect(place) for place in range(text.count_rects())]
    words = [(box, text.get_text_bounded(*box).strip()) for box in boxes]
    yield from (f"past the margin: {said}" for (_l, _b, r, _t), said in words if r > edge + 0.5)
    yield from (
        f"broken: {line}" for line in text.get_text_bounded().splitlines() if re.search(r"\d-$", line)
    )
    body = [(box, said) for box, said in words if box[1] > bottom and said]
    pairs = itertools.pairwise(body)
    yield from (f"over each other: {one} / {other}" for (at, one), (at2, other) in pairs if _over(at, at2))
    _left, low, _right, high = min((box for box, _said in body), key=lambda box: box[1])
    last = text.get_text_bounded(0, low, page.get_width(), high).strip()
    if CAPTION.match(last):
        yield f"a title alone: {last}"


def _over(one, other) -> bool:
    (left, low, right, high), (left2, low2, right2, high2) = one, other
    across = min(right, right2) - max(left, left2)
    upright = min(high, high2) - max(low, low2)
    return across > 1 and upright > 1
