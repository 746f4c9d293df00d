"""Files: encrypted, private, addressed by the hash of their sealed bytes."""

import hashlib
import os
from pathlib import Path
from typing import Any

from django.conf import settings

from common.keys.ring import decrypt, encrypt
from common.models import StoredFile, SubjectKey


def _path(address: str) -> Path:
    return Path(settings.MEDIA_ROOT) / address[:2] / address[2:4] / address


def store(
    content: bytes, *, name: str, media_type: str, by: Any = None, key: SubjectKey | None = None
) -> StoredFile:
    """Seals the bytes under the person's key, or a key of the file's own, and writes them once."""
    if key is None:
        key = SubjectKey.new()
        key.save()
    sealed = encrypt(key.secret(), content, f"file {key.pk}")
    address = hashlib.sha256(sealed).hexdigest()
    path = _path(address)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".part")
    with temporary.open("wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    return StoredFile.objects.create(
        key=key,
        name=name[-255:],
        media_type=media_type,
        size=len(content),
        address=address,
        sha256=hashlib.sha256(content).hexdigest(),
        created_by=by if getattr(by, "pk", None) else None,
    )


def read(file: StoredFile) -> bytes:
    """The plain bytes; CannotOpen when they were changed on disk, KeyDestroyed after erasure."""
    return decrypt(file.key.secret(), _path(file.address).read_bytes(), f"file {file.key_id}")
