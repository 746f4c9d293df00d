"""Behind every way in stands one wall: a session that still owes a second factor belongs to nobody.

Pages, API, desk and files see an anonymous visitor; only the pages of the second step and of enrolment know the
person, as `request.half_way`. So a new way in (a reset password, a ministry's sign-in) cannot lead around it.
"""

from django.contrib.auth.models import AnonymousUser

from .services import second_factor, sessions


class SignInWall:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.half_way = request.sign_in = None
        if request.user.is_authenticated:
            self._look(request)
        return self.get_response(request)

    @staticmethod
    def _look(request) -> None:
        row = sessions.current(request)
        if row is None:
            request.session.flush()
            request.user = AnonymousUser()
            return
        request.sign_in = row
        sessions.touch(row)
        if owes(request, row):
            request.half_way, request.user = request.user, AnonymousUser()


def owes(request, row) -> bool:
    """Does this session still have to show a second factor?"""
    if row.confirmed_at is not None:
        return False
    if row.must_confirm:
        return True
    return second_factor.is_required(request.user) and not second_factor.is_excused(request, request.user)
