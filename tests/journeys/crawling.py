"""Finding every page a person can reach: links are followed once for each shape of address."""

import re
from collections import deque
from collections.abc import Iterator
from urllib.parse import urlsplit

FILES = re.compile(r"\.(pdf|json|csv|xlsx|docx|zip|xml|txt|cose|html)$")
KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
PARTS = [
    (KEY, "*"),
    (re.compile(r"(?<=/measures/)[^/]+"), "*"),
    (re.compile(r"(?<=/indicators/)[^/]+"), "*"),
    (re.compile(r"(?<=/figures/)[^/]+"), "*"),
    (re.compile(r"(?<=/parameters/)[^/]+"), "*"),
    (re.compile(r"(?<=/shared/)[^/]+"), "*"),
]
NO_PAGES = ("/static/", "/register/tile/", "/register/proof/", "/register/checkpoint", "/register/keys")


def shape(address: str) -> str:
    """The address without keys of rows; a list counts once, whatever it is filtered by."""
    path = urlsplit(address).path
    for pattern, sign in PARTS:
        path = pattern.sub(sign, path)
    return path


def is_page(address: str, base: str) -> bool:
    if not address.startswith(f"{base}/"):
        return False
    path = urlsplit(address).path
    return not FILES.search(path) and not path.startswith(NO_PAGES)


def pages(
    page, base: str, starts: list[str], known: set[str] = frozenset(), most: int | None = None
) -> Iterator[str]:
    """Yields an address of each shape and expects the caller to open it in `page` before asking for the next.

    Shapes that are `known` are not opened again.
    """
    waiting, seen = deque(starts), {shape(one) for one in starts} | known
    given = 0
    while waiting and (most is None or given < most):
        given += 1
        yield waiting.popleft()
        for address in page.eval_on_selector_all("a[href]:not([download])", "all => all.map(a => a.href)"):
            if is_page(address, base) and shape(address) not in seen:
                seen.add(shape(address))
                waiting.append(address)
