"""Numbered blank forms: where each one is, whose stock balances, and every movement."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation
from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from common.scoping import ScopedManager, everything
from pensions import ranges
from pensions.enums.issuing import BY_ACT, SETTLES, BlankState, MovementKind
from pensions.querysets import TableQuerySet

from .register import Logged

BLANK_VIEW = "certificates.blank.view"
DIGITS = 7


def label(series: str, number: int) -> str:
    return f"{series} {number:0{DIGITS}}"


class BlankQuerySet(TableQuerySet):
    def between(self, series: str, first: int, last: int) -> "BlankQuerySet":
        return self.filter(series=series, number__gte=first, number__lte=last)

    def free(self) -> "BlankQuerySet":
        """What its custodian can use now, in the order of the numbers."""
        return self.filter(state=BlankState.IN_STOCK).order_by("series", "number")


class Blank(models.Model):
    """One sheet of paper. Until it is used it has a custodian; it is in exactly one state."""

    VIEW = BLANK_VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    series = models.CharField(_("series"), max_length=8)
    number = models.PositiveIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=12, choices=BlankState, default=BlankState.IN_STOCK)
    custodian = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="blanks", verbose_name=_("custodian")
    )

    objects = ScopedManager.of(BlankQuerySet)
    everything = everything(BlankQuerySet)

    class Meta:
        verbose_name = _("blank form")
        verbose_name_plural = _("blank forms")
        constraints = [
            models.UniqueConstraint(
                name="blank_once",
                fields=["series", "number"],
                violation_error_message=_("A blank with this series and number is in the register."),
            )
        ]
        indexes = [models.Index(fields=["custodian", "state", "series", "number"], name="blank_custody")]

    def __str__(self) -> str:
        return label(self.series, self.number)

    @property
    def printed(self) -> tuple[str, str]:
        """Series and number as they stand on the paper and in the payload."""
        return self.series, f"{self.number:0{DIGITS}}"


class BlankStock(models.Model):
    """The account of one custodian and series. The database itself holds the balance."""

    VIEW = BLANK_VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    custodian = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="blank_stocks", verbose_name=_("custodian")
    )
    series = models.CharField(_("series"), max_length=8)
    received = models.PositiveIntegerField(pgettext_lazy("blank forms", "received"), default=0)
    handed_over = models.PositiveIntegerField(pgettext_lazy("blank forms", "handed over"), default=0)
    used = models.PositiveIntegerField(_("used"), default=0)
    spoiled = models.PositiveIntegerField(_("spoiled"), default=0)
    lost = models.PositiveIntegerField(_("lost"), default=0)
    stolen = models.PositiveIntegerField(_("stolen"), default=0)
    destroyed = models.PositiveIntegerField(_("destroyed"), default=0)
    in_custody = models.PositiveIntegerField(_("in custody"), default=0)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("stock of blank forms")
        verbose_name_plural = _("stocks of blank forms")
        constraints = [
            models.UniqueConstraint(name="blank_stock_once", fields=["custodian", "series"]),
            models.CheckConstraint(
                name="blank_stock_balances",
                condition=models.Q(
                    received=models.F("handed_over")
                    + models.F("used")
                    + models.F("spoiled")
                    + models.F("lost")
                    + models.F("stolen")
                    + models.F("destroyed")
                    + models.F("in_custody")
                ),
                violation_error_message=_("The stock does not balance."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series}: {self.custodian}"


class BlankMovementQuerySet(TableQuerySet):
    def covering(self, series: str, number: int) -> "BlankMovementQuerySet":
        return self.filter(series=series, first__lte=number, last__gte=number)

    def waiting(self) -> "BlankMovementQuerySet":
        """Deliveries of which some numbers are neither accepted nor refused nor written off."""
        count = models.F("last") - models.F("first") + 1
        settled = models.Sum(
            models.F("replies__last") - models.F("replies__first") + 1,
            filter=models.Q(replies__kind__in=SETTLES),
            default=0,
        )
        return self.filter(kind=MovementKind.HANDED_OVER).annotate(settled=settled).filter(settled__lt=count)


class BlankMovement(Logged):
    """A line of the book of strict-accounting blanks: numbers from `first` to `last`, both included.

    A hand-over is a line of the giver; the receiver answers with other lines that point at it, for all numbers or
    for parts. What is not settled is on the way: still in the giver's custody, of use to nobody.
    """

    VIEW = BLANK_VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("movement"), max_length=12, choices=MovementKind)
    series = models.CharField(_("series"), max_length=8)
    first = models.PositiveIntegerField(_("from number"))
    last = models.PositiveIntegerField(_("to number"))
    custodian = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("custodian")
    )
    other = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("other side"),
    )
    answers = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replies"
    )
    certificate = models.ForeignKey(
        "pensions.Certificate", on_delete=models.PROTECT, null=True, blank=True, related_name="movements"
    )
    document = models.CharField(_("basis document"), max_length=200, blank=True)
    reason = models.CharField(_("why"), max_length=300, blank=True)
    commission = models.TextField(_("commission"), blank=True)
    at = models.DateTimeField(_("when"), default=clock.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )

    objects = ScopedManager.of(BlankMovementQuerySet)
    everything = everything(BlankMovementQuerySet)

    class Meta:
        verbose_name = _("movement of blank forms")
        verbose_name_plural = _("movements of blank forms")
        constraints = [
            models.CheckConstraint(
                name="movement_numbers_in_order", condition=models.Q(last__gte=models.F("first"))
            )
        ]
        indexes = [models.Index(fields=["series", "first", "last"], name="movement_numbers")]

    def __str__(self) -> str:
        return self.numbers

    @property
    def numbers(self) -> str:
        one = label(self.series, self.first)
        return one if self.first == self.last else f"{one}–{self.last:0{DIGITS}}"

    @property
    def count(self) -> int:
        return self.last - self.first + 1

    @property
    def open_ranges(self) -> list[ranges.Range]:
        """Numbers of a delivery that nobody has settled yet."""
        if self.kind != MovementKind.HANDED_OVER:
            return []
        settled = [(one.first, one.last) for one in self.replies.all() if one.kind in SETTLES]
        return ranges.without([(self.first, self.last)], settled)

    @property
    def is_waiting(self) -> bool:
        """Handed over, and the other side has not answered for all numbers."""
        return bool(self.open_ranges)

    @property
    def is_by_act(self) -> bool:
        return self.kind in BY_ACT

    @property
    def kind_of_entry(self) -> str:
        return f"blank_{self.kind}"

    def facts(self) -> list:
        return [
            str(self.id),
            self.kind,
            self.series,
            self.first,
            self.last,
            str(self.custodian_id),
            str(self.other_id),
            str(self.answers_id),
            str(self.certificate_id),
            self.document,
            self.reason,
            int(self.at.timestamp()),
            *(
                [self.commission] if self.commission else []
            ),  # entries without one were made before there was any
        ]


class BlankSale(AppendOnly):
    """What was paid at the counter and who signed for the blank forms; `movement` moved them."""

    VIEW = BLANK_VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    movement = models.OneToOneField(BlankMovement, on_delete=models.PROTECT, related_name="sale")
    price = models.DecimalField(_("price of one"), max_digits=10, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    received_by = models.CharField(_("received by"), max_length=160)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("sale of blank forms")
        verbose_name_plural = _("sales of blank forms")
        constraints = [
            models.CheckConstraint(name="blank_price_is_not_negative", condition=models.Q(price__gte=0))
        ]

    @property
    def total(self) -> Decimal:
        return self.price * self.movement.count
