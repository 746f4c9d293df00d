from django.conf import settings
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from . import first_day
from .enums import Role
from .navigation import gathered, menu


def house(request):
    """What the base template needs: the menu, the areas open to this person, whether this is a demo."""
    user = getattr(request, "user", None)
    area = "desk" if request.path.startswith("/admin/") else "public"
    if user is not None and user.is_authenticated and area == "public":
        if Role.WORKER in user.roles:
            area = "worker"
        elif Role.EMPLOYER_CLERK in user.roles:
            area = "employer"
    return {
        "navigation": SimpleLazyObject(lambda: gathered(menu(user, area, request.path)))
        if user is not None
        else [],
        "area": area,
        "find_url": reverse("admin:find") if area == "desk" and getattr(user, "is_staff", False) else "",
        "languages": settings.LANGUAGES,
        "is_demo": settings.DEMO,
        "first_day": SimpleLazyObject(
            lambda: None if first_day.is_put_away(request) else first_day.checklist(user)
        ),
        "footer_links": [{"title": _("Guides"), "url": reverse("guides")}],
    }
