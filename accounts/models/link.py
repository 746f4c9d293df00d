import hashlib
import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import LinkPurpose
from common import clock
from common.ids import new_id

from .user import User


class AccountLink(models.Model):
    """A one-time link by which a person sets a password; only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="links")
    purpose = models.CharField(max_length=12, choices=LinkPurpose)
    digest = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("one-time link")
        verbose_name_plural = _("one-time links")

    @staticmethod
    def hash(secret: str) -> str:
        return hashlib.sha256(secret.encode()).hexdigest()

    @classmethod
    def make(cls, **values) -> str:
        """Saves a link; returns its secret, which is kept nowhere."""
        secret = secrets.token_urlsafe(32)
        cls.objects.create(digest=cls.hash(secret), **values)
        return secret
