from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import Throttled
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from pensions.certificates.qr_text import MAX_TEXT
from pensions.certificates.reading import MAX_FILE
from pensions.services import verification
from pensions.words.verdicts import document


class VerifySerializer(serializers.Serializer):
    """One of: a file, the text of the code, or number and check code."""

    file = serializers.FileField(required=False)
    text = serializers.CharField(required=False, max_length=MAX_TEXT)
    number = serializers.CharField(required=False, max_length=40)
    code = serializers.CharField(required=False, max_length=40)

    def validate_file(self, file):
        if file.size > MAX_FILE:
            raise serializers.ValidationError(code="file_too_large", detail="file_too_large")
        return file

    def validate(self, values: dict) -> dict:
        ways = [name for name in ("file", "text", "number") if name in values]
        if len(ways) != 1 or ("number" in values) != ("code" in values):
            raise serializers.ValidationError(self.__doc__)
        return values


class VerifyView(APIView):
    """Verdict over a certificate, for anyone. The answer is 200 whatever the verdict."""

    table_actions = {"post": verification.VERIFY}
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "verify"
    parser_classes = [MultiPartParser, FormParser, JSONParser]

    @extend_schema(request=VerifySerializer, responses=OpenApiTypes.OBJECT, auth=[])
    def post(self, request: Request) -> Response:
        asked = VerifySerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        values = asked.validated_data
        if "number" in values:
            if verification.is_tried_out(values["number"]):
                raise Throttled()
            verdict = verification.verify_number(by=request.user, **values)
        else:
            data = values["text"] if "text" in values else values["file"].read()
            verdict = verification.verify_file(by=request.user, data=data)
        return Response(document(verdict))
