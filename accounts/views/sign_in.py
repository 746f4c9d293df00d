from django.conf import settings
from django.contrib.auth import login as auth_login
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts import wall
from accounts.enums import Factor
from accounts.forms.people import SignInForm
from accounts.forms.second_factor import PasskeyForm
from accounts.middleware import ORGANISATION, speak
from accounts.navigation import first_page
from accounts.services import sessions
from accounts.services.second_factor import WRONG_PASSKEY
from accounts.views.oidc import offered
from accounts.views.second_factor import next_step, remember_next, sign_in_with_passkey
from common.errors import KozotError
from common.journal import services as journal
from common.journal.models import Verb


class SignIn(auth.LoginView):
    template_name = "accounts/sign_in.html"
    form_class = SignInForm
    extra_context = {"offered": offered}

    def dispatch(self, request, *args, **kwargs):
        if request.half_way and request.method == "GET":
            remember_next(request, request.GET.get("next", ""))
            return next_step(request, request.half_way)
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if "credential" in request.POST:
            return self._by_passkey(PasskeyForm(request.POST))
        return super().post(request, *args, **kwargs)

    def _by_passkey(self, asked):
        """A passkey that its device has verified is what one has and what one is: both steps in one."""
        form = self.form_class(self.request)
        try:
            user = sign_in_with_passkey(self.request, asked) if asked.is_valid() else None
        except KozotError as error:
            return self._refused(form, str(error))
        if user is None:
            return self._refused(form, WRONG_PASSKEY)
        auth_login(self.request, user, settings.AUTHENTICATION_BACKENDS[0])
        sessions.confirm(sessions.current(self.request), Factor.PASSKEY)
        return self._inside(user, {"factor": Factor.PASSKEY})

    def _refused(self, form, why):
        form.cleaned_data = {}
        form.full_clean()
        form.add_error(None, why)
        return self.form_invalid(form)

    def form_valid(self, form):
        user = form.get_user()
        auth_login(self.request, user)
        if wall.owes(self.request, sessions.current(self.request)):
            remember_next(self.request, self.get_redirect_url())
            return speak(next_step(self.request, user), user.language)
        return self._inside(user, {})

    def _inside(self, user, details):
        journal.record(by=user, verb=Verb.SIGNED_IN, details=details)
        return speak(redirect(self.get_success_url()), user.language)

    def get_default_redirect_url(self):
        return first_page(self.request.user)


class SignOut(auth.LogoutView):
    """Also out of a session that stands before its second step."""

    http_method_names = ["post", "options"]


@login_required
@require_POST
def choose_organisation(request):
    """Which of one's organisations to work for; an empty choice means all of them."""
    chosen = request.POST.get("organisation", "")
    if chosen in {str(i) for i in request.user.organisation_ids()}:
        request.session[ORGANISATION] = chosen
    else:
        request.session.pop(ORGANISATION, None)
    return back(request)


def back(request):
    """To the page of ours that the form names in `next`, else to the person's first."""
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return redirect(asked if safe else first_page(request.user))
