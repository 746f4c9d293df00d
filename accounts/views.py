from django.conf import settings
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from common.journal import services as journal
from common.journal.models import Verb

from .enums import Role
from .forms import SignInForm
from .middleware import ORGANISATION
from .navigation import menu


class SignIn(auth.LoginView):
    template_name = "accounts/sign_in.html"
    form_class = SignInForm

    def form_valid(self, form):
        response = super().form_valid(form)
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, self.request.user.language, samesite="Lax")
        journal.record(by=self.request.user, verb=Verb.SIGNED_IN)
        return response

    def get_default_redirect_url(self):
        return first_page(self.request.user)


def first_page(user) -> str:
    """Where a person's own work begins."""
    if user.is_staff and user.roles != {Role.EMPLOYER_CLERK}:
        return reverse("admin:index")
    if Role.WORKER in user.roles and (own := menu(user, "worker")):
        return own[0]["url"]
    return reverse("home")


class SignOut(auth.LogoutView):
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
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else first_page(request.user))
