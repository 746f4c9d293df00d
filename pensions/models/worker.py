import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import State
from accounts.models import Organisation
from common import clock, formatting
from common.ids import new_id
from common.keys import SealedField
from common.kyrgyz import fold, sort_key
from common.models import SubjectKey
from common.scoping import ScopedManager, everything
from pensions import folding, registry_number
from pensions.enums import IdentifierKind, Sex, WorkerState
from pensions.models.step import Step
from pensions.querysets import OfWorkerQuerySet, WorkerQuerySet

NEXT_STEPS = {
    WorkerState.REPORTED: _("Ask the person or the family for a document, then complete the record."),
    WorkerState.INCOMPLETE: _("Complete birth date and an identifier, then register."),
    WorkerState.REGISTERED: _("Nothing: periods and contributions can be recorded."),
    WorkerState.ARCHIVED: _("Nothing: the record is closed and kept."),
}


class Worker(models.Model):
    """One person's record. A merged record points at the one that stands for both; ledger rows never move."""

    VIEW = "registry.worker.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.OneToOneField(SubjectKey, on_delete=models.PROTECT, related_name="+")
    registry_number = models.CharField(
        _("registry number"), max_length=11, unique=True, default=registry_number.new, editable=False
    )
    family_name = models.CharField(_("family name"), max_length=100)
    given_name = models.CharField(_("given name"), max_length=100, blank=True)
    patronymic = models.CharField(_("patronymic"), max_length=100, blank=True)
    one_name = models.BooleanField(_("the document has one name only"), default=False)
    latin_family_name = models.CharField(_("family name as in the passport"), max_length=100, blank=True)
    latin_given_name = models.CharField(_("given name as in the passport"), max_length=100, blank=True)
    birth_on = models.DateField(_("born"), null=True, blank=True)
    birth_place = models.CharField(_("place of birth"), max_length=160, blank=True)
    sex = models.CharField(_("sex"), max_length=6, choices=Sex, blank=True)
    citizenship = models.CharField(_("citizenship"), max_length=2, blank=True)
    state = models.CharField(_("status"), max_length=12, choices=WorkerState, default=WorkerState.INCOMPLETE)
    registered_in = models.CharField(_("registered in"), max_length=2, choices=State)
    held_by = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("held by"),
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="worker"
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="aliases"
    )
    search_key = models.CharField(max_length=600, editable=False)
    sort_key = models.CharField(max_length=400, editable=False)
    folded_names = models.CharField(max_length=320, editable=False, default="")
    block_key = models.CharField(max_length=210, editable=False, default="")
    latin_block_key = models.CharField(max_length=210, editable=False, default="")
    compare_since = models.DateTimeField(null=True, default=clock.now, editable=False)
    created_at = models.DateTimeField(_("recorded"), default=clock.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedManager.of(WorkerQuerySet)
    everything = everything(WorkerQuerySet)

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")
        indexes = [
            models.Index(fields=["registered_in", "sort_key"], name="worker_state_name"),
            models.Index(fields=["birth_on"], name="worker_birth"),
            models.Index(fields=["block_key"], name="worker_block"),
            models.Index(
                fields=["latin_block_key"],
                name="worker_latin_block",
                condition=~models.Q(latin_block_key=""),
            ),
            models.Index(
                fields=["registered_in"],
                name="worker_to_compare",
                condition=models.Q(compare_since__isnull=False, merged_into__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="worker_registered_is_complete",
                condition=~models.Q(state=WorkerState.REGISTERED)
                | (models.Q(birth_on__isnull=False) & (~models.Q(given_name="") | models.Q(one_name=True))),
                violation_error_message=_("A registered worker has a given name and a birth date."),
            ),
            models.CheckConstraint(
                name="worker_is_not_its_own_alias",
                condition=models.Q(merged_into__isnull=True) | ~models.Q(merged_into=models.F("id")),
            ),
        ]

    def __str__(self) -> str:
        return registry_number.show(self.registry_number)

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.family_name, self.given_name, self.patronymic) if part)

    @property
    def latin_name(self) -> str:
        return " ".join(part for part in (self.latin_family_name, self.latin_given_name) if part)

    @property
    def next_step(self):
        return NEXT_STEPS[self.state]

    @property
    def holder(self) -> str:
        """Who has the next step: an organisation, or an office of the state; empty where nobody has to do anything."""
        if self.held_by_id:
            return str(self.held_by)
        if self.state == WorkerState.ARCHIVED:
            return ""
        country = formatting.country_name(self.registered_in)
        return gettext("nobody yet: office of %(country)s") % {"country": country}

    @property
    def is_complete(self) -> bool:
        """Whether name and birth date allow the record to be registered."""
        return bool((self.given_name or self.one_name) and self.birth_on)

    def fill_keys(self, former: Iterable[str] = ()) -> None:
        """Computes what names are searched, sorted and compared by; services call it before they save.

        The search key has a space at both ends, so that " асан " finds a whole word through the same index as a part.
        """
        self.sort_key = sort_key(self.full_name)[:400]
        words = dict.fromkeys(fold(" ".join((self.full_name, self.latin_name, *former))).split())
        self.search_key = f" {' '.join(words)[:598]} "
        names = folding.parts(self.family_name, self.given_name, self.patronymic)
        self.folded_names, self.block_key = "|".join(names)[:320], folding.block(names)[:210]
        self.latin_block_key = folding.latin_block(self)
        self.compare_since = clock.now()


class WorkerName(models.Model):
    """A name that the person had before, with the dates where they are known."""

    VIEW = Worker.VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="former_names")
    family_name = models.CharField(_("family name"), max_length=100)
    given_name = models.CharField(_("given name"), max_length=100, blank=True)
    patronymic = models.CharField(_("patronymic"), max_length=100, blank=True)
    from_on = models.DateField(_("from"), null=True, blank=True)
    until_on = models.DateField(_("until"), null=True, blank=True)
    recorded_at = models.DateTimeField(default=clock.now)
    folded_names = models.CharField(max_length=320, editable=False, default="")
    block_key = models.CharField(max_length=210, editable=False, default="")

    objects = ScopedManager.of(OfWorkerQuerySet)
    everything = everything(OfWorkerQuerySet)

    class Meta:
        verbose_name = _("former name")
        verbose_name_plural = _("former names")
        indexes = [models.Index(fields=["block_key"], name="worker_name_block")]

    def save(self, *args, **kwargs):
        self.fill_keys()
        super().save(*args, **kwargs)

    def fill_keys(self) -> None:
        """What the name is compared by; needed before a bulk_create."""
        names = folding.parts(self.family_name, self.given_name, self.patronymic)
        self.folded_names, self.block_key = "|".join(names)[:320], folding.block(names)[:210]

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.family_name, self.given_name, self.patronymic) if part)


class WorkerCitizenship(models.Model):
    """A citizenship with its dates; `Worker.citizenship` is the one of today."""

    VIEW = Worker.VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="citizenships")
    country = models.CharField(_("country"), max_length=2)
    from_on = models.DateField(_("from"), null=True, blank=True)
    until_on = models.DateField(_("until"), null=True, blank=True)
    recorded_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager.of(OfWorkerQuerySet)
    everything = everything(OfWorkerQuerySet)

    class Meta:
        verbose_name = _("citizenship")
        verbose_name_plural = _("citizenships")


class WorkerIdentifier(models.Model):
    """A state's number for the person: sealed, and found by exact search through its blind index."""

    VIEW = Worker.VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="identifiers")
    kind = models.CharField(_("kind"), max_length=20, choices=IdentifierKind)
    value = SealedField(_("number"))
    index = models.CharField(max_length=64, editable=False)
    warnings = models.JSONField(_("to be looked at"), default=list, blank=True)
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = ScopedManager.of(OfWorkerQuerySet)
    everything = everything(OfWorkerQuerySet)

    class Meta:
        verbose_name = _("identifier")
        verbose_name_plural = _("identifiers")
        constraints = [
            models.UniqueConstraint(
                name="identifier_belongs_to_one_worker",
                fields=["index", "kind"],
                condition=models.Q(ended_at__isnull=True),
                violation_error_message=_("This number belongs to another record."),
            )
        ]

    @property
    def key(self) -> SubjectKey:
        return self.worker.key

    @property
    def country(self) -> str:
        """The state that gave the number: it stands in front of every kind."""
        return self.kind.partition("-")[0]

    @property
    def masked(self) -> str:
        """For screens that only need to tell numbers apart: the last three signs."""
        return f"…{self.value[-3:]}" if self.value else "—"


class WorkerStep(Step):
    """A change of state of a worker's record: who, when, why."""

    VIEW = Worker.VIEW

    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="steps")
    from_state = models.CharField(max_length=12, choices=WorkerState, blank=True)
    to_state = models.CharField(_("status"), max_length=12, choices=WorkerState)

    objects = ScopedManager.of(OfWorkerQuerySet)
    everything = everything(OfWorkerQuerySet)

    class Meta:
        verbose_name = _("step of a record")
        verbose_name_plural = _("steps of a record")


def age_on(birth_on: dt.date, day: dt.date) -> int:
    """Whole years; somebody born on 29 February is a year older on 1 March."""
    return day.year - birth_on.year - ((day.month, day.day) < (birth_on.month, birth_on.day))
