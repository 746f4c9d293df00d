"""A long menu is gathered by rooms; nothing gets lost, and a short one stays as it is."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.navigation import LONGEST, gathered, menu


def items(*rooms: str) -> list[dict]:
    return [
        {"title": f"t{place}", "url": f"/{place}/", "current": place == 1, "room": room}
        for place, room in enumerate(rooms)
    ]


def test_a_short_menu_stays():
    short = items(*["a"] * LONGEST)
    assert gathered(short) == short


def test_a_long_menu_is_gathered_in_order():
    found = gathered(items(*["a"] * 6, "b", *["c"] * 5, ""))
    assert [one["title"] for one in found] == ["a", "t6", "c", "t12"]
    assert [len(one.get("children", ())) for one in found] == [6, 0, 5, 0]
    assert found[0]["current"] and not found[2]["current"]


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.REGISTRY_SUPERVISOR, Role.WORKER, Role.CASE_SUPERVISOR])
def test_every_entry_of_a_role_is_on_its_page(role, house, client):
    user = house.user(role)
    client.force_login(user)
    area, start = ("worker", "pensions:my_home") if role == Role.WORKER else ("desk", "admin:index")
    page = client.get(reverse(start)).content.decode()
    nav = page[page.index('id="site-nav"') : page.index("</nav>", page.index('id="site-nav"'))]
    urls = [one["url"] for one in menu(user, area)]
    assert urls and all(f'href="{url}"' in nav for url in urls)
    assert len(gathered(menu(user, area))) <= LONGEST
