"""What anyone finds: front page, permanent addresses, feeds, sitemap, open-data catalogue; light enough for a phone."""

import gzip
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.urls import reverse

from reports import catalogue
from reports.services import editions, publication
from tests.reports.test_review import REASON

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
BUDGET = {"requests": 12, "html": 40_000, "bytes": 60_000}  # of one page with all that it loads, as sent


def test_the_permanent_address_of_a_period_leads_to_what_holds(small, client):
    address = reverse("newest_edition", args=["quarterly", str(small.period)])
    assert client.get(address).status_code == 404
    first = small.published()
    assert client.get(address).url == reverse("edition", args=[first.pk])
    second = editions.correct(by=small.analyst, edition=first, reason=REASON)
    assert client.get(address).url == reverse("edition", args=[first.pk])
    small.build(second)
    publication.publish(by=small.boss, edition=small.approve(second))
    assert client.get(address).url == reverse("edition", args=[second.pk])
    assert client.get(reverse("edition", args=[first.pk])).status_code == 200, "the old one keeps its address"


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_feeds_are_in_the_language_of_their_address(small, client, language):
    edition = small.published()
    for name in ("feed_reports", "feed_decisions", "feed_discussions"):
        answer = client.get(reverse(name, args=[language]))
        assert answer["Content-Type"].startswith("application/atom+xml")
        assert ElementTree.fromstring(answer.content).tag == f"{ATOM}feed"
    feed = ElementTree.fromstring(client.get(reverse("feed_reports", args=[language])).content)
    (entry,) = feed.findall(f"{ATOM}entry")
    assert getattr(small.definition, f"title_{language}") in entry.find(f"{ATOM}title").text
    assert entry.find(f"{ATOM}link").get("href").endswith(reverse("edition", args=[edition.pk]))
    assert client.get(reverse("feed_reports", args=["de"])).status_code == 404


def test_drafts_are_in_no_feed_map_or_catalogue(small, client):
    draft = small.built()
    for address in (
        reverse("feed_reports", args=["ky"]),
        reverse("sitemap"),
        reverse("open_data", args=["ttl"]),
        reverse("home"),
        reverse("reports"),
    ):
        answer = client.get(address)
        assert answer.status_code == 200
        assert str(draft.pk) not in answer.content.decode()


def test_the_map_names_pages_that_open(small, client):
    small.published()
    found = ElementTree.fromstring(client.get(reverse("sitemap")).content)
    pages = [one.text for one in found.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert len(pages) >= 10
    for page in pages:
        assert client.get(page.removeprefix("http://testserver")).status_code == 200, page
    robots = client.get(reverse("robots")).content.decode()
    assert "Sitemap: http://testserver/sitemap.xml" in robots
    assert "Disallow: /admin/" in robots


def triples_of_json(content: bytes) -> set[tuple[str, str, str]]:
    found = set()
    for node in json.loads(content)["@graph"]:
        found.add((node["@id"], "a", node["@type"]))
        for name, values in node.items():
            for value in values if isinstance(values, list) else []:
                if isinstance(value, dict) and "@id" in value:
                    said = f"<{value['@id']}>"
                elif isinstance(value, dict):
                    said = json.dumps(value["@value"], ensure_ascii=False)
                    said += f"@{value['@language']}" if "@language" in value else f"^^{value['@type']}"
                else:
                    said = json.dumps(value, ensure_ascii=False)
                found.add((node["@id"], name, said))
    return found


def triples_of_turtle(text: str) -> set[tuple[str, str, str]]:
    tokens = re.findall(r'<[^>]*>|"(?:[^"\\]|\\.)*"(?:@\w+|\^\^[\w:]+)?|[;,.]|[^\s;,]+', text)
    found, place = set(), 0
    while tokens[place : place + 1] == ["@prefix"]:
        place += 4
    while place < len(tokens):
        subject, place = tokens[place].strip("<>"), place + 1
        while True:
            verb, place = tokens[place], place + 1
            while True:
                found.add((subject, verb, tokens[place]))
                end, place = tokens[place + 1], place + 2
                if end != ",":
                    break
            if end == ".":
                break
    return found


def test_the_catalogue_says_the_same_in_both_forms_and_its_files_open(small, client):
    edition = small.published()
    turtle = client.get(reverse("open_data", args=["ttl"]))
    linked = client.get(reverse("open_data", args=["jsonld"]))
    assert turtle["Content-Type"].startswith("text/turtle")
    assert linked["Content-Type"] == "application/ld+json"
    found = triples_of_turtle(turtle.content.decode())
    assert found == triples_of_json(linked.content)
    kinds = [said for _subject, verb, said in found if verb == "a"]
    assert kinds.count("dcat:Dataset") == 1
    assert kinds.count("dcat:Distribution") == edition.builds.count() == 16
    files = [said.strip("<>") for _subject, verb, said in found if verb == "dcat:downloadURL"]
    assert all(client.get(one.removeprefix("http://testserver")).status_code == 200 for one in files)


def test_quotes_and_lines_in_a_title_stay_inside_their_literal():
    node = {"@id": "http://x/", "@type": "dcat:Dataset", "dct:title": [catalogue.Word('a "b"\n\\ <c>', "en")]}
    found = triples_of_turtle(catalogue.turtle([node]).decode())
    assert found == triples_of_json(catalogue.json_ld([node]))


def weight(page: str) -> tuple[int, int]:
    """(requests, bytes) of what the page loads besides itself: text as gzip sends it, the rest as it is."""
    names = set(re.findall(r'<(?:link|script|img)[^>]+(?:href|src)="/static/([^"]+)"', page))
    css = [name for name in names if name.endswith(".css")]
    for name in css:
        text = Path(finders.find(name)).read_text(encoding="utf-8")
        for inner in re.findall(r'url\("?([^")#]+)', text):
            if not inner.startswith("data:"):
                names.add(str((Path("/") / Path(name).parent / inner).resolve()).lstrip("/"))
    total = 0
    for name in names:
        content = Path(finders.find(name)).read_bytes()
        total += len(gzip.compress(content)) if name.endswith((".css", ".js", ".svg")) else len(content)
    return len(names), total


@pytest.mark.parametrize("name", ["home", "reports", "report_calendar", "subscribe", "edition"])
def test_public_pages_are_light_and_need_no_script(small, client, name):
    edition = small.published()
    page = client.get(reverse(name, args=[edition.pk] if name == "edition" else [])).content
    requests, size = weight(page.decode())
    assert requests + 1 <= BUDGET["requests"], requests
    assert len(page) <= BUDGET["html"], len(page)
    assert len(gzip.compress(page)) + size <= BUDGET["bytes"], size
    assert "htmx" not in page.decode()


def test_the_front_page_opens_the_four_doors_and_tells_what_changed(small, client):
    edition = small.published()
    page = client.get(reverse("home")).content.decode()
    for door in ("pensions:verify", "cases:help", "monitoring:consultations", "monitoring:board"):
        assert reverse(door) in page
    assert reverse("edition", args=[edition.pk]) in page
    assert reverse("feed_reports", args=["ky"]) in page


def test_the_archive_tells_the_day_in_bishkek(small, client):
    with time_machine.travel("2026-11-26 21:00Z", tick=False):
        small.published()
        page = client.get(reverse("reports"), headers={"cookie": ""}).content.decode()
    assert "27-ноябрь" in page


def test_downloads_begin_with_the_language_of_the_reader(small, client, settings):
    page = reverse("edition", args=[small.published().pk])
    for language in ("ky", "ru", "en"):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        found = re.findall(r'hreflang="(\w\w)"', client.get(page).content.decode())
        assert found[0] == language
