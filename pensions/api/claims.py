"""Pension claims for programs: filed here, decided by the institution of each state (docs/howto/claims.md)."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from pensions.enums.claims import AwardBasis, Outcome
from pensions.models import ClaimBranch, ClaimDecision, ClaimToDecide, PensionClaim, Worker
from pensions.services import pension_claims
from pensions.statements.download import download

from .reading import JournalledViewSet


class DecisionSerializer(serializers.ModelSerializer):
    """`amount` is a month's, in the money of the country."""

    class Meta:
        model = ClaimDecision
        fields = ("outcome", "reason", "amount", "currency", "from_on", "decided_on", "reference")
        read_only_fields = fields


class BranchSerializer(serializers.ModelSerializer):
    """The claim in one state, with the decision that holds."""

    decision = serializers.SerializerMethodField()

    class Meta:
        model = ClaimBranch
        fields = ("id", "country", "state", "decision")
        read_only_fields = fields

    @extend_schema_field(DecisionSerializer(allow_null=True))
    def get_decision(self, branch: ClaimBranch) -> dict[str, Any] | None:
        made = pension_claims.last_decision(branch)
        return DecisionSerializer(made).data if made else None


class PensionClaimSerializer(serializers.ModelSerializer):
    number = serializers.CharField(source="__str__", read_only=True)

    class Meta:
        model = PensionClaim
        fields = ("id", "number", "worker", "residence", "claimed_on", "way", "state", "sha256", "filed_at")
        read_only_fields = fields


class ClaimDetailSerializer(PensionClaimSerializer):
    branches = BranchSerializer(many=True, read_only=True)

    class Meta(PensionClaimSerializer.Meta):
        fields = (*PensionClaimSerializer.Meta.fields, "branches")
        read_only_fields = fields


class FileClaimSerializer(serializers.Serializer):
    worker = serializers.UUIDField()
    claimed_on = serializers.DateField()


class ToDecideSerializer(serializers.ModelSerializer):
    """A branch as the institution that decides sees it: `claim` is the number of the claim."""

    claim = serializers.CharField(source="claim.__str__", read_only=True)
    sha256 = serializers.CharField(source="claim.sha256", read_only=True)

    class Meta:
        model = ClaimToDecide
        fields = ("id", "claim", "country", "state", "sha256")
        read_only_fields = fields


class DecideSerializer(serializers.Serializer):
    """`amount` (a month, in the money of the country) and `from_on` where a pension is awarded; else `reason`."""

    outcome = serializers.ChoiceField(Outcome.choices)
    decided_on = serializers.DateField()
    reference = serializers.CharField(max_length=100)
    reason = serializers.CharField(max_length=500, required=False, default="")
    amount = serializers.DecimalField(12, 2, required=False, allow_null=True, default=None)
    from_on = serializers.DateField(required=False, allow_null=True, default=None)
    basis = serializers.ChoiceField(AwardBasis.choices, required=False, default=AwardBasis.TERRITORY)


class PensionClaimViewSet(JournalledViewSet):
    """Claims that were filed with one's own institution, or one's own. Old age only."""

    filter_backends = ()
    parser_classes = [JSONParser]
    table_actions = {
        "list": PensionClaim.VIEW,
        "retrieve": PensionClaim.VIEW,
        "create": pension_claims.FILE,
        "forward": pension_claims.WORK,
    }

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return PensionClaim.everything.none()
        return PensionClaim.objects.order_by("-filed_at", "-pk").prefetch_related("branches")

    def get_serializer_class(self):
        return PensionClaimSerializer if self.action == "list" else ClaimDetailSerializer

    @extend_schema(request=FileClaimSerializer, responses={201: ClaimDetailSerializer})
    def create(self, request: Request) -> Response:
        """Files a claim in every state of the union where the record holds insurance."""
        form = FileClaimSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        claim = pension_claims.file_claim(
            by=request.user,
            worker=get_object_or_404(Worker.objects, pk=form.validated_data["worker"]),
            claimed_on=form.validated_data["claimed_on"],
        )
        return Response(self.get_serializer(claim).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=ClaimDetailSerializer)
    @action(detail=True, methods=["post"])
    def forward(self, request: Request, pk: str | None = None) -> Response:
        """Sends the file to every other state that has not got it; once more sends nothing twice."""
        claim = self.get_object()
        pension_claims.forward(by=request.user, claim=claim)
        return Response(self.get_serializer(self.get_object()).data)


class ClaimToDecideViewSet(JournalledViewSet):
    """Claims that came to one's own institution for a decision."""

    serializer_class = ToDecideSerializer
    filter_backends = ()
    parser_classes = [JSONParser]
    table_actions = {
        "list": ClaimToDecide.VIEW,
        "retrieve": ClaimToDecide.VIEW,
        "receive": pension_claims.DECIDE,
        "statement": pension_claims.DECIDE,
        "decide": pension_claims.DECIDE,
    }

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return ClaimToDecide.everything.none()
        return ClaimToDecide.objects.select_related("claim").order_by("-claim__filed_at", "-pk")

    @extend_schema(request=None, responses=ToDecideSerializer)
    @action(detail=True, methods=["post"])
    def receive(self, request: Request, pk: str | None = None) -> Response:
        """Confirms that the file has come. Twice does no harm."""
        pension_claims.confirm_receipt(by=request.user, branch=self.get_object())
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(
        responses={
            (200, "application/json"): OpenApiTypes.OBJECT,
            (200, "application/pdf"): OpenApiTypes.BINARY,
        },
        parameters=[OpenApiParameter("as", str, enum=["json", "pdf"], default="json")],
    )
    @action(detail=True)
    def statement(self, request: Request, pk: str | None = None) -> HttpResponse:
        """The record as it was frozen when the claim was filed; its SHA-256 stands at the claim."""
        what = "pdf" if request.query_params.get("as") == "pdf" else "json"
        content, name = pension_claims.read_file(by=request.user, branch=self.get_object(), what=what)
        return download(content, name, f"application/{what}")

    @extend_schema(request=DecideSerializer, responses=BranchSerializer)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: str | None = None) -> Response:
        """The institution's own decision; a further one corrects the one before, the same one changes nothing."""
        form = DecideSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        pension_claims.decide(by=request.user, branch=self.get_object(), **form.validated_data)
        return Response(BranchSerializer(self.get_object()).data)
