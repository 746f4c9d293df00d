import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import CodeChannel
from common import clock
from common.ids import new_id
from common.keys import ring

from .user import User

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without those that are read as another
LENGTH = 10


class EntryCode(models.Model):
    """A code that an office gives to a worker for one sign-in; only its keyed hash is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="entry_codes")
    digest = models.CharField(max_length=64, unique=True)
    channel = models.CharField(max_length=10, choices=CodeChannel)
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("entry code")
        verbose_name_plural = _("entry codes")

    @staticmethod
    def hash(code: str) -> str:
        """What was typed, without spaces and dashes and in whatever case."""
        return ring.blind_index("entry_code", "".join(c for c in code.upper() if c.isalnum()))

    @staticmethod
    def new() -> str:
        """31 letters, ten places: not to be guessed, also by somebody who may try for as long as a code stands."""
        return "".join(secrets.choice(LETTERS) for _place in range(LENGTH))
