from accounts.models import ApiToken
from common import clock

SCHEME = "Bearer "


def sign_in(request) -> None:
    """Puts the user of a valid bearer token into the request; anything else leaves it as it is."""
    header = request.headers.get("Authorization", "")
    if not header.startswith(SCHEME):
        return
    token = (
        ApiToken.objects.select_related("user")
        .filter(
            digest=ApiToken.hash(header.removeprefix(SCHEME).strip()),
            revoked_at__isnull=True,
            expires_at__gt=clock.now(),
            user__is_active=True,
        )
        .first()
    )
    if token:
        token.user.token_actions = token.actions
        request.user = token.user
        request.token = token
