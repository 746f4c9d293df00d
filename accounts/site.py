"""The desk of officials, NGOs and ministries: Django's admin in our own dress and under our own table."""

from django.contrib.admin import AdminSite
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from common.formatting import MISSING

from . import access, finding, navigation, permission_report

NOT_OURS = {"view_on_site", "password_change", "password_change_done"}


class Desk(AdminSite):
    site_title = "Kozot"
    site_header = "Kozot"
    index_title = _("My desk")
    enable_nav_sidebar = False
    empty_value_display = MISSING

    def has_permission(self, request) -> bool:
        return request.user.is_active and request.user.is_authenticated and request.user.is_staff

    def get_urls(self):
        """Without what would be a second door.

        Django's redirect by content type and row tells of any row whether it exists; its page of a new password
        asks for no second factor, counts no attempts and ends no session, as accounts:change_password does.
        """
        kept = [one for one in super().get_urls() if getattr(one, "name", "") not in NOT_OURS]
        find = path("find/", self.admin_view(self.find), name="find")
        return [find, path("permissions/", self.admin_view(self.permissions), name="permissions"), *kept]

    def find(self, request):
        """Pages and records by a few letters: the whole page, or what is found alone where a script asks."""
        q = request.GET.get("q", "")[:100]
        context = {"q": q, "groups": finding.find(request.user, q)}
        if request.htmx:
            return TemplateResponse(request, "admin/found.html", context)
        return TemplateResponse(
            request, "admin/find.html", {**self.each_context(request), "title": _("Find"), **context}
        )

    def permissions(self, request):
        """The permission table, for whoever answers for it."""
        access.require(request.user, "accounts.permission.view")
        context = {
            **self.each_context(request),
            "title": _("Who may do what"),
            "areas": permission_report.titled(),
        }
        return TemplateResponse(request, "accounts/permissions.html", context)

    def index(self, request, extra_context=None):
        extra = {"dashboard": navigation.tiles(request.user), **(extra_context or {})}
        return super().index(request, extra)

    def login(self, request, extra_context=None):
        """One door only: the house's own sign-in page."""
        from django.contrib.auth.views import redirect_to_login
        from django.core.exceptions import PermissionDenied

        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or request.get_full_path())


desk = Desk(name="admin")
