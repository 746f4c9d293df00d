from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import State
from accounts.models import Organisation
from common import clock
from common.ids import new_id
from common.kyrgyz import fold, sort_key
from common.scoping import ScopedManager, everything
from pensions.enums import EmployerIdentifierKind, SuccessionKind
from pensions.querysets import EmployerQuerySet, TableQuerySet


class Employer(models.Model):
    """Whoever employs and pays contributions. The record outlives the employer: successors form a chain."""

    VIEW = "registry.employer.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    state = models.CharField(_("country"), max_length=2, choices=State)
    name = models.CharField(_("name"), max_length=300)
    region = models.CharField(_("region"), max_length=120, blank=True)
    industry = models.CharField(_("industry (ISIC)"), max_length=6, blank=True)
    national_industry = models.CharField(_("industry, national code"), max_length=12, blank=True)
    organisation = models.OneToOneField(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="employer",
        verbose_name=_("organisation"),
    )
    liquidated_on = models.DateField(_("liquidated"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("successor"),
    )
    search_key = models.CharField(max_length=600, editable=False)
    sort_key = models.CharField(max_length=400, editable=False)
    created_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager.of(EmployerQuerySet)
    everything = everything(EmployerQuerySet)

    class Meta:
        verbose_name = _("employer")
        verbose_name_plural = _("employers")
        indexes = [models.Index(fields=["state", "sort_key"], name="employer_state_name")]
        constraints = [
            models.CheckConstraint(
                name="employer_is_not_its_own_successor",
                condition=models.Q(successor__isnull=True) | ~models.Q(successor=models.F("id")),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def fill_keys(self, former: tuple[str, ...] = ()) -> None:
        self.sort_key = sort_key(self.name)[:400]
        self.search_key = " ".join(dict.fromkeys(fold(" ".join((self.name, *former))).split()))[:600]


class EmployerName(models.Model):
    """The name at the time; an open end is the name of today."""

    VIEW = Employer.VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="names")
    name = models.CharField(_("name"), max_length=300)
    from_on = models.DateField(_("from"), null=True, blank=True)
    until_on = models.DateField(_("until"), null=True, blank=True)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("name of an employer")
        verbose_name_plural = _("names of an employer")


class EmployerIdentifier(models.Model):
    """A number of the employer. A KPP names an office of the tax service and a reason, so others may have it too."""

    VIEW = Employer.VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="identifiers")
    kind = models.CharField(_("kind"), max_length=20, choices=EmployerIdentifierKind)
    value = models.CharField(_("number"), max_length=30)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("number of an employer")
        verbose_name_plural = _("numbers of an employer")
        constraints = [
            models.UniqueConstraint(
                name="employer_number_once",
                fields=["value", "kind"],
                condition=~models.Q(kind=EmployerIdentifierKind.RU_KPP),
                violation_error_message=_("This number belongs to another employer."),
            )
        ]


class EmployerSuccession(models.Model):
    """One employer takes the place of another on a day. A division has several successors, a merger several before."""

    VIEW = Employer.VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, related_name="successions", verbose_name=_("employer")
    )
    successor = models.ForeignKey(
        Employer, on_delete=models.PROTECT, related_name="precessions", verbose_name=_("successor")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=SuccessionKind)
    on = models.DateField(_("on"))
    document = models.CharField(_("document"), max_length=300, blank=True)
    recorded_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        constraints = [
            models.UniqueConstraint(
                name="succession_once",
                fields=["employer", "successor"],
                condition=models.Q(withdrawn_at__isnull=True),
                violation_error_message=_("This successor is recorded already."),
            ),
            models.CheckConstraint(
                name="succession_by_another",
                condition=~models.Q(employer=models.F("successor")),
            ),
        ]
