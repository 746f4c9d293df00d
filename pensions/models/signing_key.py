from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation
from common import clock
from common.ids import new_id
from common.scoping import ScopedManager, everything
from pensions.enums.issuing import KeyEventKind, KeyPurpose
from pensions.querysets import TableQuerySet

from .register import Logged

KEY_VIEW = "certificates.key.view"


class IssuingRight(models.Model):
    """The right of an organisation to issue certificates: legal basis and dates, both days included."""

    VIEW = KEY_VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="issuing_rights",
        verbose_name=_("organisation"),
    )
    basis = models.CharField(_("legal basis"), max_length=300)
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until"), null=True, blank=True)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("right to issue certificates")
        verbose_name_plural = _("rights to issue certificates")
        constraints = [
            models.CheckConstraint(
                name="issuing_right_ends_after_it_begins",
                condition=models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gte=models.F("valid_from")),
            )
        ]

    def __str__(self) -> str:
        return str(self.organisation)

    def facts(self) -> list:
        return [str(self.organisation_id), self.basis, str(self.valid_from), str(self.valid_until)]


class SigningKey(models.Model):
    """A key of an issuing organisation, or of the register itself. Keys end and are followed; none is deleted.

    `wrapped` is the private key sealed under the installation's key ring; empty where a device holds the key.
    `compromised_from` is the first register entry from which the key is not believed any more.
    """

    VIEW = KEY_VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="signing_keys",
        verbose_name=_("organisation"),
    )
    purpose = models.CharField(_("what it signs"), max_length=10, choices=KeyPurpose)
    provider = models.CharField(_("kept in"), max_length=20, default="database")
    kid = models.CharField(_("key id"), max_length=16, unique=True)
    public_key = models.BinaryField()
    wrapped = models.TextField(blank=True)
    certificate = models.BinaryField(null=True, blank=True)
    issuer = models.CharField(_("issuer code"), max_length=40)
    issuer_name = models.CharField(_("issuer"), max_length=300)
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until"), null=True, blank=True)
    compromised_from = models.PositiveBigIntegerField(_("not believed from entry"), null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        constraints = [
            models.CheckConstraint(
                name="signing_key_ends_after_it_begins",
                condition=models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gte=models.F("valid_from")),
            ),
            models.CheckConstraint(
                name="signing_key_of_an_issuer_has_its_organisation",
                condition=models.Q(purpose__in=[KeyPurpose.REGISTER, KeyPurpose.BUNDLE])
                | models.Q(organisation__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "purpose"], name="key_organisation_purpose")]

    def __str__(self) -> str:
        return self.kid

    def facts(self) -> list:
        return [
            str(self.organisation_id),
            self.purpose,
            self.kid,
            bytes(self.public_key),
            bytes(self.certificate or b""),
            self.issuer,
            self.issuer_name,
            str(self.valid_from),
            str(self.valid_until),
            self.compromised_from,
        ]


class KeyEvent(Logged):
    """What happened to a right or a key. `said` holds its facts at that moment."""

    VIEW = KEY_VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.ForeignKey(
        SigningKey, on_delete=models.PROTECT, null=True, blank=True, related_name="events"
    )
    right = models.ForeignKey(
        IssuingRight, on_delete=models.PROTECT, null=True, blank=True, related_name="events"
    )
    kind = models.CharField(pgettext_lazy("register", "what happened"), max_length=20, choices=KeyEventKind)
    said = models.TextField(_("facts at that moment"))
    reason = models.CharField(_("why"), max_length=300, blank=True)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("event of a key")
        verbose_name_plural = _("events of keys")

    @property
    def kind_of_entry(self) -> str:
        return self.kind

    def facts(self) -> list:
        about = self.key_id or self.right_id
        return [str(self.id), str(about), self.kind, self.said, self.reason, int(self.at.timestamp())]
