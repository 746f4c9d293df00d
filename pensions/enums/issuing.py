"""Codes of blanks, certificates, keys and the control register."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class KeyPurpose(models.TextChoices):
    """What a key signs: payloads, PDFs, checkpoints of the register, the bundle for offices without network."""

    PAYLOAD = "payload", _("signed payload")
    SEAL = "seal", _("seal on the PDF")
    REGISTER = "register", _("control register")
    BUNDLE = "bundle", _("offline bundle")


class KeyEventKind(models.TextChoices):
    RIGHT_GRANTED = "right_granted", _("right to issue granted")
    RIGHT_ENDED = "right_ended", _("right to issue ended")
    KEY_OPENED = "key_opened", _("key opened")
    KEY_ENDED = "key_ended", _("key ended")
    KEY_COMPROMISED = "key_compromised", _("key declared compromised")


class BlankState(models.TextChoices):
    IN_STOCK = "in_stock", _("in custody")
    IN_TRANSIT = "in_transit", _("on the way")
    USED = "used", _("used")
    SPOILED = "spoiled", _("spoiled")
    LOST = "lost", _("lost")
    STOLEN = "stolen", _("stolen")
    DESTROYED = "destroyed", _("destroyed")


class MovementKind(models.TextChoices):
    RECEIVED = "received", _("received from the printer")
    HANDED_OVER = "handed_over", pgettext_lazy("blank forms", "handed over")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")
    DISPUTED = "disputed", _("said not to have arrived")
    SOLD = "sold", pgettext_lazy("blank forms", "sold over the counter")
    USED = "used", _("used")
    SPOILED = "spoiled", _("spoiled")
    LOST = "lost", _("lost")
    STOLEN = "stolen", _("stolen")
    DESTROYED = "destroyed", _("destroyed")


# How a blank leaves custody without a certificate: by an act that says why.
WRITE_OFFS = (MovementKind.SPOILED, MovementKind.LOST, MovementKind.STOLEN, MovementKind.DESTROYED)
# Written off only by an act with a commission; what was lost or stolen has no commission to look at it.
BY_ACT = (MovementKind.SPOILED, MovementKind.DESTROYED)
# What settles numbers of a delivery for good. A dispute leaves them on the way.
SETTLES = (MovementKind.ACCEPTED, MovementKind.REFUSED, *WRITE_OFFS)


class CertificateState(models.TextChoices):
    DRAFT = "draft", _("draft")
    ISSUED = "issued", _("issued")
    SUSPENDED = "suspended", _("suspended")
    REVOKED = "revoked", _("revoked")
    SUPERSEDED = "superseded", _("replaced by another")


TRANSITIONS: dict[str, set[str]] = {
    CertificateState.DRAFT: {CertificateState.ISSUED},
    CertificateState.ISSUED: {
        CertificateState.SUSPENDED,
        CertificateState.REVOKED,
        CertificateState.SUPERSEDED,
    },
    CertificateState.SUSPENDED: {
        CertificateState.ISSUED,
        CertificateState.REVOKED,
        CertificateState.SUPERSEDED,
    },
    CertificateState.REVOKED: set(),
    CertificateState.SUPERSEDED: set(),
}


class DifferenceAct(models.TextChoices):
    """What was said about a difference between an employer's statement and the ledger."""

    EXPLAINED = "explained", _("explained")
    ACCEPTED = "accepted", _("accepted")


class DemandState(models.TextChoices):
    ASKED = "asked", pgettext_lazy("demand", "asked")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("demand", "seen by the employer")
    FULFILLED = "fulfilled", pgettext_lazy("demand", "answered by a certificate")
    REFUSED = "refused", pgettext_lazy("demand", "refused by the employer")
    EXPIRED = "expired", pgettext_lazy("demand", "left without an answer")
    WITHDRAWN = "withdrawn", pgettext_lazy("demand", "withdrawn by the worker")


OPEN_DEMANDS = (DemandState.ASKED, DemandState.ACKNOWLEDGED)
# A certificate answers these; one that comes late does not undo the silence before it.
ANSWERED_DEMANDS = (*OPEN_DEMANDS, DemandState.REFUSED, DemandState.EXPIRED)


class DemandStepKind(models.TextChoices):
    ASKED = "asked", pgettext_lazy("demand", "the worker asked")
    ALLOWED = "allowed", pgettext_lazy("demand", "the worker let the employer know")
    FORBIDDEN = "forbidden", pgettext_lazy("demand", "the worker took that back")
    TOLD = "told", pgettext_lazy("demand", "the employer was told")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("demand", "the employer has seen it")
    REMINDED = "reminded", pgettext_lazy("demand", "the employer was reminded")
    FULFILLED = "fulfilled", pgettext_lazy("demand", "a certificate was issued")
    REFUSED = "refused", pgettext_lazy("demand", "the employer refused")
    EXPIRED = "expired", pgettext_lazy("demand", "the time passed without an answer")
    WITHDRAWN = "withdrawn", pgettext_lazy("demand", "the worker withdrew it")


class ToldHow(models.TextChoices):
    REGISTER = "register", pgettext_lazy("demand", "by this register")
    PERSON = "person", pgettext_lazy("demand", "by the worker, as the worker says")


class DepositState(models.TextChoices):
    SENT = "sent", pgettext_lazy("archive", "sent")
    RECEIVED = "received", pgettext_lazy("archive", "taken over")
    REFUSED = "refused", pgettext_lazy("archive", "sent back")


class StopReason(models.TextChoices):
    """Why a certificate is suspended or revoked."""

    ERROR = "error", _("it holds an error")
    FRAUD = "fraud", _("it was obtained or issued by fraud")
    NO_RIGHT = "no_right", _("it was issued without the right to do so")
    BLANK = "blank", _("its blank was lost or stolen")
    INQUIRY = "inquiry", _("an inquiry is under way")
    OTHER = "other", _("another reason")


class PrintVariant(models.IntegerChoices):
    """The values are those of the sealed payload."""

    PERIOD = 1, _("period only")
    CONTRIBUTIONS = 2, _("period and contributions")
    FULL = 3, _("full")


class SecondLanguage(models.TextChoices):
    """The form is bilingual: Russian and one of these."""

    KY = "ky", _("Kyrgyz")
    EN = "en", _("English")
