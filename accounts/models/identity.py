from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from common.ids import new_id
from common.keys import ring

from .user import User


class Identity(models.Model):
    """A person as a state's or ministry's own sign-in knows them; bound once, by the person, after an invitation.

    The subject, which may be a personal number, is kept as a keyed hash only.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="identities")
    provider = models.CharField(_("sign-in of"), max_length=40)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("connected sign-in")
        verbose_name_plural = _("connected sign-ins")
        constraints = [models.UniqueConstraint(name="identity_once_a_provider", fields=["user", "provider"])]

    @staticmethod
    def hash(issuer: str, subject: str) -> str:
        return ring.blind_index("oidc", f"{issuer}\n{subject}")
