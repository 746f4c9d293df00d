from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.enums import Language
from monitoring.browser import items_behind, observations_of, releases_of
from monitoring.enums import ValueState
from monitoring.models import (
    DataItem,
    Figure,
    IndicatorVersion,
    Submission,
    SubmissionFinding,
    SubmissionStep,
)
from monitoring.services.submissions import newest_findings


class WordsSerializer(serializers.Serializer):
    """A text in three languages; `state` says how far each may be trusted."""

    ky = serializers.CharField()
    ru = serializers.CharField()
    en = serializers.CharField()
    state = serializers.DictField(child=serializers.CharField())


def words(one, name: str) -> dict:
    values = {code: getattr(one, f"{name}_{code}") for code in Language.values}
    return {**values, "state": {code: getattr(one, f"{name}_{code}_state") for code in Language.values}}


class CriterionSerializer(serializers.Serializer):
    """A criterion of the gate; `text` is in the language of the request."""

    code = serializers.CharField()
    text = serializers.CharField()
    open = serializers.BooleanField()


class MeasureSerializer(serializers.Serializer):
    """A row of the board."""

    code = serializers.CharField(source="measure.code")
    title = serializers.SerializerMethodField()
    horizon = serializers.CharField(source="measure.horizon")
    area = serializers.CharField(source="measure.area")
    state = serializers.CharField(source="measure.state")
    stage = serializers.CharField()
    since = serializers.DateTimeField(source="entry.entered_at", default=None, allow_null=True)
    iteration = serializers.IntegerField(source="entry.run.iteration", default=None, allow_null=True)
    waits_for = serializers.CharField()

    @extend_schema_field(WordsSerializer)
    def get_title(self, row) -> dict:
        return words(row.version, "title")


class MeasureDetailSerializer(MeasureSerializer):
    """A measure with the state of its gate."""

    source = serializers.CharField(source="version.source")
    legal_basis = serializers.CharField(source="version.legal_basis")
    depends_on = serializers.ListField(source="version.depends_on", child=serializers.CharField())
    criteria = CriterionSerializer(source="sentences", many=True)


class IndicatorSerializer(serializers.ModelSerializer):
    """The newest definition of an indicator."""

    code = serializers.CharField(source="indicator.code")
    title = serializers.SerializerMethodField()
    definition = serializers.SerializerMethodField()
    version = serializers.IntegerField(source="number")

    class Meta:
        model = IndicatorVersion
        fields = [
            "code",
            "version",
            "title",
            "definition",
            "formula",
            "unit",
            "frequency",
            "direction",
            "tier",
            "dimensions",
            "decimals",
            "recorded_at",
        ]

    @extend_schema_field(WordsSerializer)
    def get_title(self, version) -> dict:
        return words(version, "title")

    @extend_schema_field(WordsSerializer)
    def get_definition(self, version) -> dict:
        return words(version, "definition")


class DataItemSerializer(serializers.ModelSerializer):
    title = serializers.SerializerMethodField()

    class Meta:
        model = DataItem
        fields = ["code", "title", "unit", "frequency", "kind", "basis", "origin", "source", "licence"]

    @extend_schema_field(WordsSerializer)
    def get_title(self, item) -> dict:
        return words(item, "title")


class IndicatorDetailSerializer(IndicatorSerializer):
    items = serializers.SerializerMethodField()

    class Meta(IndicatorSerializer.Meta):
        fields = [*IndicatorSerializer.Meta.fields, "items"]

    @extend_schema_field(DataItemSerializer(many=True))
    def get_items(self, version) -> list:
        return DataItemSerializer(items_behind(version), many=True).data


class FigureSerializer(serializers.ModelSerializer):
    """A value or the state in which there is none. What is withheld has no value here, for anyone."""

    indicator = serializers.CharField(source="indicator.code")
    definition_version = serializers.IntegerField(source="calculation.version.number")
    unit = serializers.CharField(source="calculation.version.unit")
    value = serializers.DecimalField(max_digits=30, decimal_places=10, allow_null=True)
    state = serializers.ChoiceField(choices=ValueState.choices)

    class Meta:
        model = Figure
        fields = [
            "short_id",
            "indicator",
            "key",
            "period",
            "value",
            "state",
            "unit",
            "definition_version",
            "version",
            "known_from",
            "revision_reason",
        ]


class ObservationSerializer(serializers.Serializer):
    """One observation behind a figure. Counts of persons come without their number."""

    item = serializers.CharField(source="item.code")
    key = serializers.CharField(source="observation.key")
    period = serializers.CharField(source="observation.period")
    value = serializers.SerializerMethodField()
    version = serializers.IntegerField(source="observation.version")
    known_from = serializers.DateTimeField(source="observation.known_from")
    submission = serializers.CharField(source="submission.title")
    sha256 = serializers.CharField(source="submission.sha256")
    source = serializers.CharField(source="item.source")

    def get_value(self, row) -> str | None:
        one = row["observation"]
        if row["item"].about_persons or one.value is None:
            return None
        return f"{one.value.normalize():f}"


class ReleaseSerializer(serializers.Serializer):
    """Where a figure was told: open data, or an edition of a report."""

    channel = serializers.CharField()
    reference = serializers.CharField()
    made_at = serializers.DateTimeField()


class FigureDetailSerializer(FigureSerializer):
    """A figure with the way back to its rows."""

    formula = serializers.CharField(source="calculation.version.formula")
    calculated_at = serializers.DateTimeField(source="calculation.made_at")
    calculation = serializers.UUIDField(source="calculation_id")
    disclosure_run = serializers.UUIDField(source="disclosure_id", allow_null=True)
    releases = serializers.SerializerMethodField()
    observations = serializers.SerializerMethodField()

    class Meta(FigureSerializer.Meta):
        fields = [
            *FigureSerializer.Meta.fields,
            "formula",
            "calculation",
            "calculated_at",
            "disclosure_run",
            "releases",
            "observations",
        ]

    @extend_schema_field(ReleaseSerializer(many=True))
    def get_releases(self, figure) -> list:
        return ReleaseSerializer([one.release for one in releases_of(figure)], many=True).data

    @extend_schema_field(ObservationSerializer(many=True))
    def get_observations(self, figure) -> list:
        return ObservationSerializer(observations_of(figure), many=True).data


class ToldSerializer(serializers.ModelSerializer):
    """One number that was told for a period."""

    value = serializers.DecimalField(max_digits=30, decimal_places=10)

    class Meta:
        model = Figure
        fields = ["short_id", "period", "value", "version", "known_from", "revision_reason"]


class RevisionsSerializer(serializers.Serializer):
    """Periods that were revised, with every number told for them; means over all periods that have a figure."""

    periods = serializers.SerializerMethodField()
    mean_revision = serializers.DecimalField(source="mean", max_digits=40, decimal_places=10, allow_null=True)
    mean_absolute_revision = serializers.DecimalField(
        source="mean_absolute", max_digits=40, decimal_places=10, allow_null=True
    )
    figures = serializers.SerializerMethodField()

    def get_periods(self, found) -> int:
        return len(found.told)

    @extend_schema_field(ToldSerializer(many=True))
    def get_figures(self, found) -> list:
        return ToldSerializer([one for ones in found.revised.values() for one in ones], many=True).data


class FindingSerializer(serializers.ModelSerializer):
    """What does not hold in a file, where, and the way out in each language."""

    kind = serializers.CharField()
    weight = serializers.CharField()
    words = serializers.DictField(child=serializers.CharField())

    class Meta:
        model = SubmissionFinding
        fields = ["kind", "weight", "line", "column", "item", "key", "period", "words"]


class StepSerializer(serializers.ModelSerializer):
    """A change of state; who made it stands in the journal."""

    from_state = serializers.CharField()
    to_state = serializers.CharField()

    class Meta:
        model = SubmissionStep
        fields = ["from_state", "to_state", "reason", "at"]


class SubmissionSerializer(serializers.ModelSerializer):
    """A file of figures and how far it has come."""

    organisation = serializers.CharField(source="organisation.name_en", default=None, allow_null=True)
    state = serializers.CharField()

    class Meta:
        model = Submission
        fields = ["id", "title", "organisation", "source", "state", "rows", "sha256", "submitted_at"]


class SubmissionDetailSerializer(SubmissionSerializer):
    findings = serializers.SerializerMethodField()
    steps = serializers.SerializerMethodField()

    class Meta(SubmissionSerializer.Meta):
        fields = [*SubmissionSerializer.Meta.fields, "findings", "steps"]

    @extend_schema_field(FindingSerializer(many=True))
    def get_findings(self, one) -> list[dict]:
        return FindingSerializer(newest_findings(one), many=True).data

    @extend_schema_field(StepSerializer(many=True))
    def get_steps(self, one) -> list[dict]:
        return StepSerializer(one.steps.order_by("pk"), many=True).data
