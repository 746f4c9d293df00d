"""Help that anyone may read: the guides of the roles, and the list of the first day."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from . import guides
from .enums import Role
from .services import first_day
from .views import back


def index(request: HttpRequest) -> HttpResponse:
    found = [(title, reverse("guide", args=[role.value])) for role, title in guides.TITLES.items()]
    return render(request, "accounts/guides.html", {"guides": found})


def guide(request: HttpRequest, role: str) -> HttpResponse:
    if role not in guides.TITLES:
        raise Http404
    role = Role(role)
    context = {"title": guides.TITLES[role], "steps": list(guides.read(role))}
    return render(request, "accounts/guide.html", context)


@login_required
@require_POST
def put_away(request: HttpRequest) -> HttpResponse:
    first_day.put_away(by=request.user)
    return back(request)


@login_required
@require_POST
def bring_back(request: HttpRequest) -> HttpResponse:
    first_day.bring_back(by=request.user)
    return back(request)
