import os
import threading
from collections import OrderedDict

from django.db import models

from common import clock
from common.ids import new_id
from common.keys.ring import KeyDestroyed, unwrap, wrap
from common.keys.vault import Locked, open_sealed, private_of, seal_to


class _Cache(threading.local):
    """Unwrapped keys of the last few hundred persons; lives and dies with the thread."""

    def __init__(self):
        self.keys: OrderedDict[str, bytes] = OrderedDict()


_cache = _Cache()
CACHE_SIZE = 512
VAULT, BETWEEN = "vault.", "|"


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
    def new(cls, *vaults: tuple[str, str] | None) -> "SubjectKey":
        """An unsaved key with a fresh secret; save it, or create many in bulk.

        Each vault is (id, public key) of an organisation that may open it; None, or no vault at all, is the
        installation's key ring.
        """
        key = cls()
        key.wrap_for(os.urandom(32), *vaults)
        return key

    def wrap_for(self, secret: bytes, *vaults: tuple[str, str] | None) -> None:
        """Whoever is named can open it afterwards, and nobody else; the row is not saved."""
        context = f"subject {self.id}"
        ring = [wrap(secret, context)] if None in vaults or not vaults else []
        sealed = [f"{VAULT}{one[0]}.{seal_to(one[1], secret, context)}" for one in vaults if one]
        self.wrapped = BETWEEN.join(dict.fromkeys([*sealed, *ring]))
        self._fresh = secret

    def keep_only(self, vault: tuple[str, str] | None) -> bool:
        """Shuts everybody out but this vault (None: the key ring), without opening anything; the row is not saved.

        False, and nothing is changed, where this vault could not open it either.
        """
        own = f"{VAULT}{vault[0]}." if vault else ""
        parts = self.wrapped.split(BETWEEN)
        kept = [one for one in parts if (one.startswith(own) if own else not one.startswith(VAULT))]
        if any(kept):
            self.wrapped = BETWEEN.join(kept)
        return any(kept)

    def secret(self) -> bytes:
        """The 32 bytes; KeyDestroyed once erased, Locked while the organisation's key is not open."""
        if not self.wrapped:
            raise KeyDestroyed(str(self.id))
        if getattr(self, "_fresh", None):
            return self._fresh
        parts = self.wrapped.split(BETWEEN)
        for part in parts:
            if part.startswith(VAULT):
                vault, _dot, sealed = part.removeprefix(VAULT).partition(".")
                if private := private_of(vault):
                    self._fresh = open_sealed(private, sealed, f"subject {self.id}")
                    return self._fresh
        ring = [part for part in parts if not part.startswith(VAULT)]
        if not ring:
            raise Locked()
        return self._of_ring(ring[0])

    def _of_ring(self, wrapped: str) -> bytes:
        keys = _cache.keys
        if wrapped not in keys:
            keys[wrapped] = unwrap(wrapped, f"subject {self.id}")
            if len(keys) > CACHE_SIZE:
                keys.popitem(last=False)
        return keys[wrapped]

    def destroy(self) -> None:
        for part in self.wrapped.split(BETWEEN):
            _cache.keys.pop(part, None)
        self._fresh = None
        self.wrapped, self.destroyed_at = "", clock.now()
        self.save(update_fields=["wrapped", "destroyed_at"])
