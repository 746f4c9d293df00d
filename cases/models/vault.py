"""Keys of an organisation's cases, held by its people and not by the installation."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from common import clock
from common.ids import new_id


class Vault(models.Model):
    """One generation of an organisation's key. The public half seals; the private half is nowhere in the clear."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="vaults")
    public = models.CharField(max_length=64)
    recovery = models.TextField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("key of the cases")
        verbose_name_plural = _("keys of the cases")
        constraints = [
            models.UniqueConstraint(
                name="one_vault_in_use",
                fields=["organisation"],
                condition=models.Q(retired_at__isnull=True),
            )
        ]

    @property
    def sealer(self) -> tuple[str, str]:
        """What SubjectKey.new() takes."""
        return str(self.pk), self.public


class MemberKey(models.Model):
    """A person's own pair of keys; the private one is locked with a passphrase that is kept nowhere."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="case_key")
    public = models.CharField(max_length=64)
    locked = models.TextField()
    made_at = models.DateTimeField(default=clock.now)


class VaultShare(models.Model):
    """The private key of a vault, sealed for one person."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    vault = models.ForeignKey(Vault, on_delete=models.PROTECT, related_name="shares")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sealed = models.TextField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_share_each", fields=["vault", "user"])]
