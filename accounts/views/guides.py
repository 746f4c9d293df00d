"""Help that anyone may read: the guides of the roles, and the list of the first day."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from accounts import first_day, guide_paper, guides
from accounts.enums import Role
from accounts.views.sign_in import back

MOST_PEOPLE = 20  # who put the list away on one device


def index(request: HttpRequest) -> HttpResponse:
    found = [
        (title, reverse("guide", args=[role.value]), reverse("guide_pdf", args=[role.value]))
        for role, title in guides.TITLES.items()
    ]
    return render(
        request, "accounts/guides.html", {"guides": found, "is_put_away": first_day.is_put_away(request)}
    )


def guide(request: HttpRequest, role: str) -> HttpResponse:
    if role not in guides.TITLES:
        raise Http404
    role = Role(role)
    context = {"role": role, "title": guides.TITLES[role], "steps": list(guides.read(role))}
    return render(request, "accounts/guide.html", context)


def guide_pdf(request: HttpRequest, role: str) -> HttpResponse:
    """The same for printing. Made once a day for each language, so that asking again costs nothing."""
    if role not in guides.TITLES:
        raise Http404
    language = get_language() or "ky"
    content = cache.get_or_set(
        f"guide:{role}:{language}", lambda: guide_paper.paper(Role(role)), timeout=24 * 3600
    )
    name = f"kozot-{role}-{language}.pdf".replace("_", "-")
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": content_disposition_header(True, name)},
    )


@login_required
@require_POST
def put_away(request: HttpRequest) -> HttpResponse:
    return _kept(request, {*_marks(request), first_day.mark(request.user)})


@login_required
@require_POST
def bring_back(request: HttpRequest) -> HttpResponse:
    return _kept(request, _marks(request) - {first_day.mark(request.user)})


def _marks(request: HttpRequest) -> set[str]:
    return set(filter(None, request.COOKIES.get(first_day.COOKIE, "").split(".")[:MOST_PEOPLE]))


def _kept(request: HttpRequest, marks: set[str]) -> HttpResponse:
    response = back(request)
    response.set_cookie(
        first_day.COOKIE,
        ".".join(sorted(marks)),
        max_age=first_day.KEPT,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response
