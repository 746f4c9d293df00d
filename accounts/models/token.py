import hashlib
import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import TableQuerySet
from common import clock
from common.ids import new_id
from common.scoping import ScopedManager, everything

from .user import User

PREFIX = "kozot_"


class ApiToken(models.Model):
    """A key for programs; only its hash is kept. It can do what its user can, at most, until it expires."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(_("name"), max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    actions = models.JSONField(_("actions"), default=list, blank=True)
    created_at = models.DateTimeField(_("issued on"), default=clock.now)
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("no longer valid since"), null=True, blank=True)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return self.name

    @property
    def is_standing(self) -> bool:
        return self.revoked_at is None and self.expires_at > clock.now()

    @staticmethod
    def hash(text: str) -> str:
        return hashlib.sha256(text.encode()).hexdigest()

    @classmethod
    def issue(cls, **values) -> tuple["ApiToken", str]:
        """A saved token and its text, which is shown once."""
        text = PREFIX + secrets.token_urlsafe(32)
        return cls.everything.create(digest=cls.hash(text), **values), text
