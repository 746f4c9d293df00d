import os
import threading
from collections import OrderedDict

from django.db import models

from common import clock
from common.ids import new_id
from common.keys.ring import KeyDestroyed, unwrap, wrap


class _Cache(threading.local):
    """Unwrapped keys of the last few hundred persons; lives and dies with the thread."""

    def __init__(self):
        self.keys: OrderedDict[str, bytes] = OrderedDict()


_cache = _Cache()
CACHE_SIZE = 512


class SubjectKey(models.Model):
    """The key of one person or one case. Destroying it erases everything that it sealed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    wrapped = models.TextField(blank=True)
    created_at = models.DateTimeField(default=clock.now)
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="subject_key_is_gone_when_destroyed",
                condition=models.Q(destroyed_at__isnull=True) | models.Q(wrapped=""),
            )
        ]

    @classmethod
    def new(cls) -> "SubjectKey":
        """An unsaved key with a fresh secret; save it, or create many in bulk."""
        key = cls()
        key.wrapped = wrap(os.urandom(32), f"subject {key.id}")
        return key

    def secret(self) -> bytes:
        """The 32 bytes; KeyDestroyed once erased."""
        if not self.wrapped:
            raise KeyDestroyed(str(self.id))
        keys = _cache.keys
        if self.wrapped not in keys:
            keys[self.wrapped] = unwrap(self.wrapped, f"subject {self.id}")
            if len(keys) > CACHE_SIZE:
                keys.popitem(last=False)
        return keys[self.wrapped]

    def destroy(self) -> None:
        _cache.keys.pop(self.wrapped, None)
        self.wrapped, self.destroyed_at = "", clock.now()
        self.save(update_fields=["wrapped", "destroyed_at"])
