from collections.abc import Sequence
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import viewsets
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import access
from common import clock
from pensions.legislation.register import STATUSES, Listed, listed
from pensions.services.legislation import verified_library
from pensions.words import law as law_words

from .parameters import day

VIEW = "legislation.parameter.view"
DAYS = [
    OpenApiParameter("on", OpenApiTypes.DATE, description="Only what is in effect on this day"),
    OpenApiParameter("known_on", OpenApiTypes.DATE, description="As it was known on this day"),
]


class LawViewSet(viewsets.ViewSet):
    """Values of the pension law of each state, with source, status and what disagrees. Open to anyone."""

    table_actions = {"list": VIEW, "retrieve": VIEW}
    lookup_value_regex = r"[\w.]+"

    @extend_schema(
        operation_id="law_parameters_list",
        responses=OpenApiTypes.OBJECT,
        auth=[],
        parameters=[
            OpenApiParameter("state", str, enum=law_words.STATES),
            OpenApiParameter("status", str, enum=STATUSES),
            *DAYS,
        ],
    )
    def list(self, request: Request) -> Response:
        """Values of a state, or of all."""
        asked = request.query_params
        found = self._values(request, state=asked.get("state", ""), status=asked.get("status", ""))
        return Response({"values": [law_words.as_json(one) for one in found]})

    @extend_schema(
        responses=OpenApiTypes.OBJECT,
        auth=[],
        parameters=[OpenApiParameter("id", str, OpenApiParameter.PATH, description="STATE.name"), *DAYS],
    )
    def retrieve(self, request: Request, pk: str = "") -> Response:
        """Values of one parameter, for example KZ.mrp."""
        state = pk.partition(".")[0]
        found = [one for one in self._values(request, state=state) if one.parameter.id == pk]
        if not found:
            raise NotFound()
        return Response({"id": pk, "values": [law_words.as_json(one) for one in found]})

    def _values(self, request: Request, **asked: Any) -> Sequence[Listed]:
        access.require(request.user, VIEW)
        on = day(request, "on")
        found = listed(verified_library(), on=on or clock.today(), known_on=day(request, "known_on"), **asked)
        return [one for one in found if on is None or one.in_effect]
