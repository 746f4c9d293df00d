"""What a barcode scanner or a tired hand puts into a field: series and number of one blank form.

The bar code and the QR on a blank form hold `EAB1:<series>:<number>`; a person writes "КГ 0000012" or only the number.
"""

import re

PREFIX = "EAB1"
_CODE = re.compile(rf"{PREFIX}:([^:\s]{{1,8}}):(\d{{1,9}})")
_WRITTEN = re.compile(r"(?:(\D{0,7}?[^\W\d_])[\s№Nº.-]*)?(\d{1,9})")


def code_of(series: str, number: int, digits: int) -> str:
    """The text of the code that is printed on the blank form."""
    return f"{PREFIX}:{series}:{number:0{digits}}"


def read(text: str) -> tuple[str, int] | None:
    """(series or "", number); None when it is neither a code nor a number."""
    text = " ".join(text.upper().split())
    found = _CODE.fullmatch(text) or _WRITTEN.fullmatch(text)
    if found is None or not int(found[2]):
        return None
    return (found[1] or "").strip(), int(found[2])
