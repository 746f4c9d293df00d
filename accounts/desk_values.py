"""How a value stands at the desk: yes and no in words, and a way to another record only for whoever may open it.

Django draws a cross whose other text is "False" in every language, and links every record that has a page.
"""

from typing import Any

from django.contrib.admin.helpers import AdminReadonlyField
from django.contrib.admin.templatetags import admin_list
from django.utils.translation import gettext as _

from common import scoping
from common.formatting import MISSING

_linked = AdminReadonlyField.get_admin_url


def yes_or_no(value: bool | None) -> str:
    if value is None:
        return MISSING
    return _("yes") if value else _("no")


def linked_if_permitted(field: AdminReadonlyField, remote_field: Any, remote: Any) -> str:
    page = field.model_admin.admin_site._registry.get(remote_field.model)
    reader = scoping.current()
    if page is None or not hasattr(reader, "is_staff") or not page.may_open(reader, remote):
        return str(remote)
    return _linked(field, remote_field, remote)


def install() -> None:
    admin_list._boolean_icon = yes_or_no
    AdminReadonlyField.get_admin_url = linked_if_permitted
