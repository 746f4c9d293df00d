from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed

from accounts.services.tokens import SCHEME


class TokenAuthentication(BaseAuthentication):
    """The middleware has looked at the bearer token already, since reads need to know their reader."""

    def authenticate(self, request):
        token = getattr(request._request, "token", None)
        if token is None and request.headers.get("Authorization", "").startswith(SCHEME):
            raise AuthenticationFailed(_("This token is not known, has run out or was revoked."), "bad_token")
        return (token.user, token) if token else None

    def authenticate_header(self, request):
        return SCHEME.strip()


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer"}
