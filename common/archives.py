"""ZIP files whose bytes depend on their contents only: fixed dates, order and rights."""

import io
import zipfile
from collections.abc import Mapping

DATE = (1980, 1, 1, 0, 0, 0)  # the first that a ZIP can hold


def pack(files: Mapping[str, bytes]) -> bytes:
    """A ZIP of these files, in this order."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return target.getvalue()


def repack(archive: bytes) -> bytes:
    """The same files without the times at which a library wrote them."""
    with zipfile.ZipFile(io.BytesIO(archive)) as source:
        return pack({name: source.read(name) for name in source.namelist()})
