"""The desk wears the project's dress: one frame, a strict policy, a name for every input."""

import re

import pytest
from django.contrib import admin
from django.contrib.admin.sites import all_sites
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts.enums import Role
from accounts.models import Membership, Organisation, User
from accounts.site import desk

INLINE = re.compile(r"<style\b|<[^>]*\sstyle\s*=|<script\b(?![^>]*\bsrc=)|<[^>]*\son[a-z]+\s*=\s*[\"']", re.I)


@pytest.fixture
def administrator(client, house):
    user = house.user(Role.SYSTEM_ADMINISTRATOR)
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


@pytest.fixture
def pages(client, administrator):
    addresses = [
        reverse("admin:index"),
        reverse("admin:app_list", args=["accounts"]),
        reverse("admin:accounts_user_changelist"),
        reverse("admin:accounts_user_change", args=[administrator.pk]),
        reverse("admin:accounts_organisation_changelist") + "?q=none-such",
    ]
    found = {}
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200, address
        found[address] = response.content.decode()
    return found


def test_frame_of_every_page(pages):
    for address, text in pages.items():
        assert text.count("<main ") == 1, address
        assert text.count("<h1") == 1, address
        assert 'href="#main"' in text, address
        assert "kozot/css/admin" in text, address
        assert 'name="language"' in text, address


def test_no_page_needs_a_loose_content_policy(pages):
    for address, text in pages.items():
        assert not INLINE.search(text), address


def test_django_styles_come_only_through_the_layer(pages):
    for address, text in pages.items():
        assert "admin/css/base.css" not in text, address
        assert "admin/css/forms.css" not in text, address


def test_lists_and_records_are_named_by_what_they_are(pages, administrator):
    lists = pages[reverse("admin:accounts_user_changelist")]
    record = pages[reverse("admin:accounts_user_change", args=[administrator.pk])]
    assert "<h1>Users</h1>" in lists
    assert f"<h1>{administrator.full_name}</h1>" in record
    assert "historylink" not in record


def test_an_empty_search_says_what_to_do(pages):
    text = pages[reverse("admin:accounts_organisation_changelist") + "?q=none-such"]
    assert "Nothing found" in text


def test_every_visible_input_of_an_editable_desk_has_a_label(rf, administrator):
    """Tabular rows and split date-times are what Django leaves without a name."""

    class Rows(admin.TabularInline):
        model = Membership
        fk_name = "user"
        extra = 1

    class Open(admin.ModelAdmin):
        inlines = [Rows]

        def get_inline_instances(self, request, obj=None):
            return [Rows(self.model, self.admin_site)]

    for model_admin in (Open, Rows):
        for name in ("view", "add", "change", "delete"):
            setattr(model_admin, f"has_{name}_permission", lambda *args, **kwargs: True)
    site = admin.AdminSite(name="admin")
    request = rf.get("/")
    request.user, request.session = administrator, {}
    response = Open(User, site).changeform_view(request, str(administrator.pk))
    text = response.render().content.decode()
    form = text[text.index('id="user_form"') :]
    inputs = set(
        re.findall(r'<(?:input|select|textarea)\b(?![^>]*type="(?:hidden|submit)")[^>]*\sid="([^"]+)"', form)
    )
    labels = set(re.findall(r'<label\b[^>]*\sfor="([^"]+)"', form))
    assert {"id_memberships-0-role", "id_created_at_0", "id_created_at_1"} <= inputs
    assert inputs <= labels
    assert not re.search(r"<th\b[^>]*>\s*</th>", form)


def test_app_list_without_rows_tells_whom_to_ask():
    with translation.override("en"):
        assert "administrator" in render_to_string("admin/app_list.html", {"app_list": []})


def test_the_desk_is_the_project_site():
    assert desk in all_sites
    assert desk.is_registered(Organisation)
