import hashlib
import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from common.ids import new_id

from .user import User

PREFIX = "kozot_"


class ApiToken(models.Model):
    """A key for programs; only its hash is kept. It can do what its user can, at most, until it expires."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(_("name"), max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    actions = models.JSONField(_("actions"), default=list, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    @staticmethod
    def hash(text: str) -> str:
        return hashlib.sha256(text.encode()).hexdigest()

    @classmethod
    def issue(cls, **values) -> tuple["ApiToken", str]:
        """A saved token and its text, which is shown once."""
        text = PREFIX + secrets.token_urlsafe(32)
        return cls.objects.create(digest=cls.hash(text), **values), text
