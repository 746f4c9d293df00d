"""Lists and single rows about people for programs: every look stands in the journal."""

from collections.abc import Sequence
from typing import Any

from rest_framework import mixins, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from common.journal import services as journal
from common.journal.models import Verb


class JournalledViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Rows have a `worker_id`; `table_actions` names the actions. One statement for a page, however many rows."""

    table_actions: dict[str, str]

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        self.note(page, Verb.LISTED)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        self.note([row], Verb.READ)
        return Response(self.get_serializer(row).data)

    def note(self, rows: Sequence[Any], verb: str) -> None:
        journal.record_many(
            by=self.request.user,
            verb=verb,
            objects=rows,
            subject_ids=[row.worker_id for row in rows],
            action=self.table_actions[self.action],
        )
