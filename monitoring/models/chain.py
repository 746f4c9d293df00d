from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import TableQuerySet
from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from common.models import StoredFile
from common.scoping import ScopedManager, everything
from monitoring.enums import DisclosureClass, Outcome, Stage, Track

from .measure import Measure


class ChainTemplate(AppendOnly):
    """The stages, criteria and allowed loops that hold from a version on; a change needs a reason."""

    VIEW = "monitoring.measure.view"

    number = models.PositiveIntegerField(_("number"), primary_key=True)
    content = models.JSONField(_("content"))
    reason = models.CharField(_("reason"), max_length=300)
    recorded_at = models.DateTimeField(_("recorded"), default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recorded by"),
    )

    class Meta:
        verbose_name = _("template of the chain")
        verbose_name_plural = _("templates of the chain")


class ChainRun(AppendOnly):
    """One passage of a measure through the chain. A loop back opens the next iteration; the old one stays."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="runs")
    iteration = models.PositiveSmallIntegerField(_("iteration"))
    template = models.ForeignKey(ChainTemplate, on_delete=models.PROTECT, related_name="+")
    track = models.CharField(_("track"), max_length=10, choices=Track, default=Track.ORDINARY)
    sunset_on = models.DateField(_("ends by itself on"), null=True, blank=True)
    started_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("passage through the chain")
        constraints = [
            models.UniqueConstraint(name="one_run_for_each_iteration", fields=["measure", "iteration"]),
            models.CheckConstraint(
                name="emergency_track_has_a_sunset",
                condition=models.Q(track=Track.ORDINARY) | models.Q(sunset_on__isnull=False),
            ),
        ]


class StageEntry(AppendOnly):
    """The moment a run entered a stage; the newest entry of the newest run is where the measure stands."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey(ChainRun, on_delete=models.PROTECT, related_name="entries")
    position = models.PositiveSmallIntegerField()
    stage = models.CharField(_("stage"), max_length=30, choices=Stage)
    decision = models.OneToOneField(
        "GateDecision", on_delete=models.PROTECT, null=True, blank=True, related_name="opened"
    )
    entered_at = models.DateTimeField(_("since"), default=clock.now)

    class Meta:
        verbose_name = _("stage")
        constraints = [
            models.UniqueConstraint(name="one_active_stage", fields=["run", "position"]),
            models.CheckConstraint(
                name="a_stage_is_opened_by_a_decision",
                condition=models.Q(position=1) | models.Q(decision__isnull=False),
            ),
        ]


class EvidenceQuerySet(TableQuerySet):
    def standing(self) -> "EvidenceQuerySet":
        """Not replaced by a newer item."""
        return self.filter(superseded_by__isnull=True)


class EvidenceItem(AppendOnly):
    """Something that a gate can stand on: a report, a record, a number with its source."""

    VIEW = "monitoring.evidence.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    entry = models.ForeignKey(StageEntry, on_delete=models.PROTECT, related_name="evidence")
    type = models.CharField(_("type"), max_length=60)
    title = models.CharField(_("title"), max_length=300)
    body = models.TextField(_("content"), blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    languages = models.JSONField(_("languages"), default=list, blank=True)
    data = models.JSONField(default=dict, blank=True)
    disclosure = models.CharField(
        _("who may read it"), max_length=12, choices=DisclosureClass, default=DisclosureClass.INTERNAL
    )
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager.of(EvidenceQuerySet)
    everything = everything(EvidenceQuerySet)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")


class GateReview(AppendOnly):
    """A stage's evidence laid before the gate, with the state of every criterion at that moment."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    entry = models.ForeignKey(StageEntry, on_delete=models.PROTECT, related_name="reviews")
    statement = models.TextField(_("statement"), blank=True)
    findings = models.JSONField(default=list)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("review at a gate")


class GateSignature(AppendOnly):
    """One member of the gate board for one outcome; some gates ask for two."""

    review = models.ForeignKey(GateReview, on_delete=models.PROTECT, related_name="signatures")
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome)
    target = models.CharField(_("back to"), max_length=30, choices=Stage, blank=True)
    reason = models.TextField(_("reason"))
    conditions = models.JSONField(default=list, blank=True)
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_signature_each", fields=["review", "signer"])]


class GateDecision(AppendOnly):
    """What the board decided; never edited, only followed by another."""

    VIEW = "monitoring.measure.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    review = models.OneToOneField(GateReview, on_delete=models.PROTECT, related_name="decision")
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome)
    target = models.CharField(_("back to"), max_length=30, choices=Stage, blank=True)
    reason = models.TextField(_("reason"))
    decided_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.CheckConstraint(
                name="a_loop_names_its_target",
                condition=models.Q(outcome=Outcome.LOOP, target__gt="")
                | (~models.Q(outcome=Outcome.LOOP) & models.Q(target="")),
            )
        ]


class Condition(models.Model):
    """What a `go with conditions` asks for; overdue, it blocks the next gate."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    decision = models.ForeignKey(GateDecision, on_delete=models.PROTECT, related_name="conditions")
    text = models.TextField(_("condition"))
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(_("due on"))
    met_at = models.DateTimeField(null=True, blank=True)
    met_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("condition")


class Waiver(AppendOnly):
    """A criterion that need not be met for a while, by whose word and why."""

    entry = models.ForeignKey(StageEntry, on_delete=models.PROTECT, related_name="waivers")
    criterion = models.CharField(_("criterion"), max_length=60)
    reason = models.TextField(_("reason"))
    expires_on = models.DateField(_("expires on"))
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(default=clock.now)


class CarryOver(AppendOnly):
    """An unfinished measure moved into a later horizon, explicitly; both ends can be followed."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="carried")
    from_version = models.ForeignKey("MeasureVersion", on_delete=models.PROTECT, related_name="+")
    to_version = models.OneToOneField("MeasureVersion", on_delete=models.PROTECT, related_name="carried_from")
    reason = models.TextField(_("reason"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=clock.now)


class Lesson(AppendOnly):
    """What was learned, above all from what failed; published, since failures are kept as carefully as successes."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="lessons")
    entry = models.ForeignKey(StageEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(_("lesson"))
    language = models.CharField(max_length=2, default="ky")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)
