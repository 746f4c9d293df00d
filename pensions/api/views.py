from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from common.journal.models import Verb
from pensions.imports import preview
from pensions.models import Employer, Worker, WorkerIdentifier, WorkRecordImport
from pensions.services import imports
from pensions.services.statement import statement
from pensions.services.workers import note_reading
from pensions.statements import as_json

from .parameters import day, moment
from .serializers import (
    EmployerSerializer,
    ImportSerializer,
    UploadSerializer,
    WorkerDetailSerializer,
    WorkerSerializer,
    plain_row,
)

SEARCH = OpenApiParameter("q", str, description="A name in any spelling, or a whole number")


class WorkerViewSet(viewsets.ReadOnlyModelViewSet):
    """Records of workers, as far as the caller's reach goes. Every look stands in the journal."""

    serializer_class = WorkerSerializer
    filter_backends = ()
    table_actions = {
        "list": "registry.worker.view",
        "retrieve": "registry.worker.view",
        "statement": "registry.statement.view",
    }

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return Worker.everything.none()
        found = Worker.objects.all()
        typed = self.request.query_params.get("q", "").strip()
        if self.action == "retrieve":
            open_numbers = WorkerIdentifier.objects.filter(ended_at__isnull=True).select_related(
                "worker__key"
            )
            found = found.prefetch_related(Prefetch("identifiers", open_numbers, to_attr="open_numbers"))
        return found.found_by(typed) if typed else found

    def get_serializer_class(self):
        return WorkerDetailSerializer if self.action == "retrieve" else WorkerSerializer

    @extend_schema(parameters=[SEARCH])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.get_queryset().only(*WorkerSerializer.Meta.fields))
        verb = Verb.SEARCHED if request.query_params.get("q") else Verb.LISTED
        note_reading(by=request.user, workers=page, action="registry.worker.view", verb=verb)
        return self.get_paginated_response([plain_row(worker) for worker in page])

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        worker = self.get_object()
        note_reading(by=request.user, workers=[worker], action="registry.worker.view")
        return Response(self.get_serializer(worker).data)

    @extend_schema(
        responses=OpenApiTypes.OBJECT,
        parameters=[
            OpenApiParameter("on", OpenApiTypes.DATE, description="Days after it do not count"),
            OpenApiParameter("known_at", OpenApiTypes.DATETIME, description="As it was known at this moment"),
        ],
    )
    @action(detail=True)
    def statement(self, request: Request, pk: str | None = None) -> Response:
        """Periods, gaps, overlaps, insurance period by state."""
        worker = get_object_or_404(Worker.objects, pk=pk)
        made = statement(
            by=request.user, worker=worker, on=day(request, "on"), known_at=moment(request, "known_at")
        )
        return Response(as_json.content(made))


class EmployerViewSet(viewsets.ReadOnlyModelViewSet):
    """Employers with their numbers."""

    serializer_class = EmployerSerializer
    filter_backends = ()
    table_actions = {"list": "registry.employer.view", "retrieve": "registry.employer.view"}

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return Employer.everything.none()
        found = Employer.objects.prefetch_related("identifiers")
        typed = self.request.query_params.get("q", "").strip()
        return found.found_by(typed) if typed else found

    @extend_schema(parameters=[SEARCH])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)


class ImportViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Files of work records: upload, progress, counts, rejected rows."""

    serializer_class = ImportSerializer
    filter_backends = ()
    parser_classes = [MultiPartParser, JSONParser]
    table_actions = {
        "list": "registry.import.view",
        "retrieve": "registry.import.view",
        "create": "registry.import.upload",
        "apply": "registry.import.apply",
        "rejected": "registry.import.view",
    }

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return WorkRecordImport.everything.none()
        return WorkRecordImport.objects.select_related("file", "job")

    @extend_schema(request={"multipart/form-data": UploadSerializer}, responses={202: ImportSerializer})
    def create(self, request: Request) -> Response:
        """Takes a file and starts checking it; ask for the import again to see how far it is."""
        form = UploadSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        values = form.validated_data
        run = imports.upload(
            by=request.user,
            employer=get_object_or_404(Employer.objects, pk=values["employer"]),
            registry_state=values["registry_state"],
            entries=values["entries"],
            content=values["file"].read(),
            name=values["file"].name,
            mapping=values.get("mapping"),
        )
        return Response(self.get_serializer(run).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(request=None, responses={202: ImportSerializer})
    @action(detail=True, methods=["post"])
    def apply(self, request: Request, pk: str | None = None) -> Response:
        """Starts recording what was checked."""
        run = get_object_or_404(self.get_queryset(), pk=pk)
        imports.apply(by=request.user, run=run)
        run.refresh_from_db()
        return Response(self.get_serializer(run).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(
        responses={(200, "text/csv"): OpenApiTypes.BINARY, 404: OpenApiResponse(description="None")}
    )
    @action(detail=True)
    def rejected(self, request: Request, pk: str | None = None) -> HttpResponse:
        """The rejected rows as they came, with the reason in the caller's language."""
        run = get_object_or_404(self.get_queryset(), pk=pk)
        return preview.download(imports.rejected_rows(by=request.user, run=run))
