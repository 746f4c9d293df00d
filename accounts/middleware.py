from django.conf import settings
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from accounts.services import tokens
from common import row_security, views
from common.context import working
from common.errors import KozotError
from common.scoping import acting_as

ORGANISATION = "organisation_id"
CHANNELS = {"/api/": "api", "/admin/": "desk"}


def speak(response, language: str):
    """The browser keeps the person's language, as Django's own view of a choice does."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )
    return response


class LanguageMiddleware(LocaleMiddleware):
    """Kyrgyz first, as the law wants: the browser's wish counts only once the person has chosen."""

    def process_request(self, request):
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        if request.path.startswith("/api/"):
            chosen = translation.get_language_from_request(request)
        known = {code for code, _ in settings.LANGUAGES}
        translation.activate(chosen if chosen in known else settings.FIRST_LANGUAGE)
        request.LANGUAGE_CODE = translation.get_language()


class PersonMiddleware:
    """Everything that a request reads, it reads in the name of its user and the organisation worked for."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.token = None
        if request.path.startswith("/api/"):
            tokens.sign_in(request)
        channel = next((name for path, name in CHANNELS.items() if request.path.startswith(path)), "page")
        try:
            with acting_as(request.user), working(channel, self._organisation(request)):
                return self.get_response(request)
        finally:
            row_security.leave()

    def process_exception(self, request, exception):
        """What a service refuses on a page gets the house's own page; the API answers for itself."""
        if not isinstance(exception, KozotError):
            return None
        page = {403: views.refused, 404: views.missing, 507: views.no_room}.get(
            exception.status, views.bad_request
        )
        return page(request, exception)

    @staticmethod
    def _organisation(request):
        if not request.user.is_authenticated:
            return None
        chosen = request.session.get(ORGANISATION)
        return next((i for i in request.user.organisation_ids() if str(i) == chosen), None)
