"""Requests between institutions for programs: the same messages as the files of docs/howto/exchange.md."""

import json
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from common.journal.models import Verb
from pensions.models import PeriodRequest, ReceivedRequest, SentRequest
from pensions.services import exchange_answers, exchange_files

from .reading import JournalledViewSet


class PeriodRequestSerializer(serializers.ModelSerializer):
    """One row of the list: nothing of the person but what the number stands for."""

    number = serializers.CharField(source="__str__", read_only=True)
    sender = serializers.CharField(source="sender.state", read_only=True)
    recipient = serializers.CharField(source="recipient.state", read_only=True)

    class Meta:
        model = PeriodRequest
        fields = ("id", "message", "number", "sender", "recipient", "purpose", "state", "sent_at", "due_on")
        read_only_fields = fields


class TakenSerializer(serializers.Serializer):
    """`outcome`: new, again (known already, nothing done) or held (the request had been withdrawn)."""

    outcome = serializers.CharField()
    message = serializers.UUIDField(source="answer.message")
    late = serializers.BooleanField(source="answer.late")


class _RequestViewSet(JournalledViewSet):
    serializer_class = PeriodRequestSerializer
    filter_backends = ()
    parser_classes = [JSONParser]
    model: Any

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return self.model.everything.none()
        return self.model.objects.select_related("sender", "recipient").order_by("-drafted_at", "-pk")

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The request as its file says it, with state and number."""
        asked = self.get_object()
        self.note([asked], Verb.READ)
        said = exchange_files.request_content(asked) if asked.sent_at else {}
        return Response({**self.get_serializer(asked).data, "content": said or None})


class SentRequestViewSet(_RequestViewSet):
    """What one's own institution asked of others."""

    model = SentRequest
    table_actions = {
        "list": SentRequest.VIEW,
        "retrieve": SentRequest.VIEW,
        "answer": exchange_answers.ENTER,
    }

    @extend_schema(request=OpenApiTypes.OBJECT, responses=TakenSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str | None = None) -> Response:
        """Takes in the answer, a message of kind `answer`. The same message twice is taken once."""
        taken = exchange_files.import_answer(
            by=request.user, request=self.get_object(), content=_content(request)
        )
        return Response(TakenSerializer(taken).data)


class ReceivedRequestViewSet(_RequestViewSet):
    """What one's own institution was asked by others."""

    model = ReceivedRequest
    table_actions = {
        "list": ReceivedRequest.VIEW,
        "retrieve": ReceivedRequest.VIEW,
        "create": exchange_answers.ANSWER,
        "answer": exchange_answers.ANSWER,
    }

    @extend_schema(request=OpenApiTypes.OBJECT, responses={201: PeriodRequestSerializer})
    def create(self, request: Request) -> Response:
        """Takes in a message of kind `request` from an institution that works elsewhere. Twice gives the same."""
        made = exchange_files.import_request(by=request.user, content=_content(request))
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=OpenApiTypes.OBJECT, responses=TakenSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str | None = None) -> Response:
        """Answers with the `periods` and `note` of a message of kind `answer`; the rest of it may be left out."""
        taken = exchange_files.answer_here(by=request.user, request=self.get_object(), said=request.data)
        return Response(TakenSerializer(taken).data)


def _content(request: Request) -> bytes:
    return json.dumps(request.data, ensure_ascii=False).encode()
