import datetime as dt

from django.db.models import OuterRef, Subquery
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from monitoring.board import row_of, rows_of, with_place
from monitoring.enums import Area, Horizon, MeasureState, SubmissionState, Tier
from monitoring.forms.public import BoardFilter
from monitoring.models import Figure, Indicator, IndicatorVersion, Measure, Submission
from monitoring.moments import moment_of
from monitoring.revisions import triangle
from monitoring.sdmx_out import WRITERS
from monitoring.views.indicators import sdmx_answer
from monitoring.views.measures import narrowed

from . import serializers

MEASURES = "monitoring.measure.view"
FIGURES = "monitoring.figure.view"


AS_OF = "As known at the end of this day, or at this moment (ISO 8601)."


def parameter(name: str, text: str, **more) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, description=text, **more)


def moment_asked(request) -> dt.datetime | None:
    """None: today. What is no moment is refused, so that nobody takes today's figures for those of another day."""
    text = request.query_params.get("as_of", "")
    moment = moment_of(text)
    if text and moment is None:
        raise ValidationError({"as_of": ["YYYY-MM-DD"]})
    return moment


@extend_schema_view(
    list=extend_schema(
        summary="Measures and where they stand",
        parameters=[
            parameter("horizon", "Term.", enum=Horizon.values),
            parameter("area", "Area of policy.", enum=Area.values),
            parameter("state", "In the chain, or how it left.", enum=MeasureState.values),
            parameter("stage", "Stage of the chain, or not_started."),
        ],
    ),
    retrieve=extend_schema(summary="A measure with the criteria of its gate"),
)
class MeasureViewSet(GenericViewSet):
    """The board: every measure with its stage and what it waits for."""

    table_actions = {"list": MEASURES, "retrieve": MEASURES}
    queryset = Measure.everything.none()
    serializer_class = serializers.MeasureSerializer
    filter_backends = []
    lookup_field = "code"
    lookup_value_regex = "[-A-Za-z0-9_]+"

    def get_queryset(self):
        return Measure.objects.all()

    def get_serializer_class(self):
        if self.action == "retrieve":
            return serializers.MeasureDetailSerializer
        return self.serializer_class

    def list(self, request):
        form = BoardFilter(request.query_params)
        if not form.is_valid():
            raise ValidationError(form.errors)
        page = self.paginate_queryset(narrowed(with_place(self.get_queryset()), form.chosen()))
        rows = {
            row.measure.pk: row for row in rows_of(Measure.everything.filter(pk__in=[m.pk for m in page]))
        }
        return self.get_paginated_response(
            self.get_serializer([rows[one.pk] for one in page], many=True).data
        )

    def retrieve(self, request, code: str):
        measure = get_object_or_404(self.get_queryset(), code=code)
        return Response(self.get_serializer(row_of(measure)).data)


@extend_schema_view(
    list=extend_schema(
        summary="Indicators and their definitions",
        parameters=[parameter("tier", "Tier.", enum=Tier.values), parameter("as_of", AS_OF)],
    ),
    retrieve=extend_schema(
        summary="An indicator with the data items behind it", parameters=[parameter("as_of", AS_OF)]
    ),
)
class IndicatorViewSet(ReadOnlyModelViewSet):
    """The definition of every indicator that is computed: the newest, or the one of a day."""

    table_actions = dict.fromkeys(["list", "retrieve", "sdmx", "revisions"], FIGURES)
    queryset = IndicatorVersion.objects.none()
    serializer_class = serializers.IndicatorSerializer
    filter_backends = []
    lookup_field = "indicator__code"
    lookup_url_kwarg = "code"
    lookup_value_regex = "[-A-Za-z0-9_]+"

    @extend_schema(
        summary="All figures of an indicator in SDMX",
        parameters=[
            parameter("layout", "Which file.", enum=list(WRITERS)),
            parameter("key", "One breakdown, SEX=F; empty: the total; left out: all of them."),
            parameter("start", "First period."),
            parameter("end", "Last period."),
            parameter("as_of", AS_OF),
        ],
        responses={(200, content_type): OpenApiTypes.BINARY for _write, content_type in WRITERS.values()},
    )
    @action(detail=True)
    def sdmx(self, request, code: str):
        """SDMX-CSV 2.0, SDMX-JSON 2.1 data, SDMX-ML 2.1 structure and structure-specific data."""
        layout = request.query_params.get("layout", "sdmx.json")
        if layout not in WRITERS:
            raise ValidationError({"layout": list(WRITERS)})
        moment_asked(request)
        return sdmx_answer(self.get_object().indicator, layout, request.query_params)

    @extend_schema(
        summary="How the figures of an indicator were revised", parameters=[parameter("as_of", AS_OF)]
    )
    @action(detail=True, serializer_class=serializers.RevisionsSerializer)
    def revisions(self, request, code: str):
        """Every number that was told for a period, and the mean revision."""
        found = triangle(
            self.get_object().indicator, request.query_params.get("key", ""), moment_asked(request)
        )
        return Response(serializers.RevisionsSerializer(found).data)

    def get_serializer_class(self):
        if self.action == "revisions":
            return serializers.RevisionsSerializer
        if self.action == "retrieve":
            return serializers.IndicatorDetailSerializer
        return self.serializer_class

    def get_queryset(self):
        newest = IndicatorVersion.objects.filter(indicator=OuterRef("pk")).order_by("-number")
        if moment := moment_asked(self.request):
            newest = newest.filter(recorded_at__lte=moment)
        current = Indicator.objects.filter(is_active=True).annotate(newest=Subquery(newest.values("pk")[:1]))
        versions = IndicatorVersion.objects.filter(pk__in=current.values("newest"))
        tier = self.request.query_params.get("tier") if self.action == "list" else ""
        return (versions.filter(tier=tier) if tier else versions).select_related("indicator")


@extend_schema_view(
    list=extend_schema(
        summary="Figures, as known today or on a day",
        parameters=[
            parameter("indicator", "Code of the indicator."),
            parameter("period", "2026, 2026-Q1 or 2026-01."),
            parameter("key", "Breakdown, SEX=F; left out: all of them; empty: the total."),
            parameter("as_of", AS_OF),
        ],
    ),
    retrieve=extend_schema(summary="A figure with the way back to its rows"),
)
class FigureViewSet(ReadOnlyModelViewSet):
    """Values of indicators with vintage; the short id is what stands beside a printed figure."""

    table_actions = {"list": FIGURES, "retrieve": FIGURES}
    queryset = Figure.objects.none()
    serializer_class = serializers.FigureSerializer
    filter_backends = []
    lookup_field = "short_id"
    lookup_value_regex = "[a-z0-9]+"

    def get_serializer_class(self):
        if self.action == "retrieve":
            return serializers.FigureDetailSerializer
        return self.serializer_class

    def get_queryset(self):
        related = ("indicator", "calculation__version")
        if self.action == "retrieve":
            return Figure.objects.select_related(*related)
        asked = self.request.query_params
        moment = moment_asked(self.request)
        names = {"indicator": "indicator__code", "period": "period", "key": "key"}
        chosen = {column: asked[name] for name, column in names.items() if name in asked}
        return Figure.objects.as_of(moment).filter(**chosen).select_related(*related)


@extend_schema_view(
    list=extend_schema(
        summary="Submissions of figures that you may see",
        parameters=[parameter("state", "State.", enum=SubmissionState.values)],
    ),
    retrieve=extend_schema(summary="A submission with the findings in its newest file and its steps"),
)
class SubmissionViewSet(ReadOnlyModelViewSet):
    """Figures that providers sent: an organisation sees its own, the house all of them."""

    table_actions = dict.fromkeys(["list", "retrieve"], Submission.VIEW)
    queryset = Submission.everything.none()
    serializer_class = serializers.SubmissionSerializer
    filter_backends = []

    def get_serializer_class(self):
        if self.action == "retrieve":
            return serializers.SubmissionDetailSerializer
        return self.serializer_class

    def get_queryset(self):
        state = self.request.query_params.get("state") if self.action == "list" else ""
        rows = Submission.objects.select_related("organisation").order_by("-submitted_at", "pk")
        return rows.filter(state=state) if state else rows
