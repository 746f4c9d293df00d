"""From a draft to its readers: words, comments, approvals, embargo, erratum, withdrawal."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Membership
from common import clock
from common.errors import Conflict, Invalid, Refused
from common.models import Job
from reports.content import Value, unpack
from reports.enums import Audience, EditionState
from reports.models import Build, Edition
from reports.services import builds, editions, publication, reviews

pytestmark = pytest.mark.django_db

REASON = {"ky": "Ката сан", "ru": "Неверное число", "en": "A wrong number"}
WORDS = {
    "ky": "Чейректе 1\u00a0204 адам кайтты, бул 3,5 % көп.",
    "ru": "За квартал вернулись 1\u00a0204 человека, это на 3,5\u00a0% больше.",
    "en": "In the quarter 1,204 people came back, which is 3.5% more.",
}


def write_all(small, edition, words=WORDS, by=None):
    for language, text in words.items():
        reviews.write(by=by or small.expert, edition=edition, section="summary", language=language, text=text)


def test_words_of_editors_stand_at_the_head_and_want_new_documents_and_approvals(small):
    edition = small.approve(small.built())
    assert edition.state == EditionState.APPROVED
    assert publication.obstacles(edition) == []
    write_all(small, edition)
    assert edition.state == EditionState.DRAFT
    assert publication.approved_languages(edition) == set()
    assert len(builds.missing_builds(edition)) == 16
    with pytest.raises(Conflict) as error:
        publication.approve(by=small.officer, edition=edition, language="ky")
    assert error.value.code == "not_built"
    assert small.build(edition) == "succeeded"
    said = builds.say(edition, "ru").sections[0]
    assert said.blocks[0].text == WORDS["ru"]
    assert publication.publish(by=small.boss, edition=small.approve(edition)).state == EditionState.PUBLISHED


def test_a_missing_translation_stops_the_build_and_says_where(small):
    edition = small.edition()
    write_all(small, edition, {"ky": WORDS["ky"], "ru": WORDS["ru"]})
    assert small.build(edition) == "failed"
    error = Job.everything.latest("created_at").error_text
    assert "English" in error
    assert "Achievements and shortcomings" in error


@pytest.mark.parametrize(
    ("russian", "said"),
    [
        ("За квартал вернулись 1\u00a0240 человек, это на 3,5\u00a0% больше.", "1240"),
        ("За квартал вернулись 1\u00a0204 человека, это на 35\u00a0% больше.", "35"),
        ("За квартал вернулись люди, это на 3,5\u00a0% больше.", "3.5"),
    ],
)
def test_a_number_that_differs_in_one_language_stops_the_build_and_says_where(small, russian, said):
    edition = small.edition()
    write_all(small, edition, WORDS | {"ru": russian})
    assert small.build(edition) == "failed"
    error = Job.everything.latest("created_at").error_text
    assert "summary/1" in error
    assert said in error
    assert not edition.builds.exists()


def test_documents_of_other_numbers_are_not_published(small):
    edition = small.approve(small.built())
    odd = edition.builds.first()
    values = {name: getattr(odd, name) for name in ("edition", "file", "sha256", "content_digest")}
    Build.objects.create(language="ky", format="html", numbers_digest="0" * 64, **values)
    with pytest.raises(Conflict) as error:
        publication.publish(by=small.boss, edition=edition)
    assert error.value.code == "numbers_differ"


def test_a_language_is_approved_by_nobody_who_wrote_or_prepared_it(small, house):
    edition = small.edition()
    translator = house.user(Role.EXPERT, "second")
    home = translator.memberships.get().organisation
    Membership.objects.create(user=translator, organisation=home, role=Role.DISCLOSURE_OFFICER)
    write_all(small, edition, {one: WORDS[one] for one in ("ky", "en")})
    write_all(small, edition, {"ru": WORDS["ru"]}, by=translator)
    assert small.build(edition) == "succeeded"
    publication.approve(by=translator, edition=edition, language="ky")
    with pytest.raises(Refused) as error:
        publication.approve(by=translator, edition=edition, language="ru")
    assert error.value.code == "own_words"


def test_a_comment_holds_up_its_language_until_it_is_answered(small):
    edition = small.built()
    found = reviews.comment(
        by=small.expert, edition=edition, section="summary", language="ru", text="Падеж неверен"
    )
    publication.approve(by=small.officer, edition=edition, language="ky")
    with pytest.raises(Conflict) as error:
        publication.approve(by=small.officer, edition=edition, language="ru")
    assert error.value.code == "comments_wait"
    with pytest.raises(Invalid):
        reviews.comment(by=small.expert, edition=edition, section="registry", text="x")
    with pytest.raises(Refused):
        reviews.answer(by=small.expert, comment=found, text="x", accepted=True)
    reviews.answer(by=small.analyst, comment=found, text="Исправлено", accepted=True)
    publication.approve(by=small.officer, edition=edition, language="ru")


def test_one_edition_is_in_the_making_and_a_discarded_number_is_free_again(small):
    first = small.edition()
    with pytest.raises(Conflict) as error:
        small.edition()
    assert error.value.code == "in_the_making"
    editions.discard(by=small.analyst, edition=first)
    second = small.edition()
    assert (first.number, second.number) == (1, 1)
    assert editions.standing(small.definition, small.period) == second


def test_an_embargo_opens_by_itself_and_only_named_readers_see_it_before(small, house, client, journal):
    until = clock.now() + dt.timedelta(hours=3)
    edition = small.published(embargo_until=until)
    assert edition.state == EditionState.EMBARGOED
    page = reverse("edition", args=[edition.pk])
    reader, other = house.user(Role.CASE_SUPERVISOR), house.user(Role.CASE_SUPERVISOR, "second")
    publication.admit(by=small.boss, edition=edition, user=reader)
    seen = {}
    for user in (None, other, reader):
        client.logout()
        if user:
            client.force_login(user)
        seen[user] = client.get(page).status_code
    assert seen == {None: 404, other: 404, reader: 200}
    assert journal(action="reports.edition.view", verb="read").get().actor_id == reader.pk
    assert publication.open_embargoed() == (0, 0)
    with time_machine.travel(until + dt.timedelta(seconds=1)):
        assert publication.open_embargoed() == (1, 0)
        assert publication.open_embargoed() == (0, 0)
    client.logout()
    assert client.get(page).status_code == 200


def test_what_the_audit_refuses_at_the_end_of_an_embargo_goes_back(small, monkeypatch, journal):
    until = clock.now() + dt.timedelta(hours=3)
    edition = small.published(embargo_until=until)

    def refuse(**values):
        raise Conflict("disclosure_audit", "no")

    monkeypatch.setattr(publication.release_audit, "publish", refuse)
    with time_machine.travel(until + dt.timedelta(seconds=1)):
        assert publication.open_embargoed() == (0, 1)
    edition.refresh_from_db()
    assert (edition.state, edition.embargo_until) == (EditionState.APPROVED, None)
    assert any(one.details.get("refused") == "disclosure_audit" for one in journal(object_id=str(edition.pk)))


def test_an_erratum_lists_what_changed_by_itself(small, client, monkeypatch):
    first = small.published()
    with pytest.raises(Conflict) as error:
        small.edition()
    assert error.value.code == "already_published"
    taken = editions.take

    def other(*args):
        (summary,) = taken(*args)
        passed = next(block for block in summary.blocks if block.code == "gates_passed")
        passed.values["count"] = Value("number", "3")
        return [summary]

    monkeypatch.setattr(editions, "take", other)
    second = editions.correct(by=small.analyst, edition=first, reason=REASON)
    assert (second.number, second.corrects) == (2, first)
    changes = unpack(second.snapshot)[0]
    (row,) = next(block for block in changes.blocks if block.type == "table").rows
    assert [value.number for value in row] == [
        "section.summary", "section.summary", "sentence.gates_passed", "value", "0", "3",
    ]  # fmt: skip
    assert small.build(second) == "succeeded", Job.everything.latest("created_at").error_text
    assert REASON["ru"] in builds.say(second, "ru").sections[0].blocks[1].text
    publication.publish(by=small.boss, edition=small.approve(second))
    first.refresh_from_db()
    assert first.state == EditionState.REPLACED
    old = client.get(reverse("edition", args=[first.pk]))
    assert reverse("edition", args=[second.pk]) in old.content.decode()


def test_a_number_that_is_withheld_now_is_not_told_again_by_its_erratum():
    from reports import changes
    from reports.content import SectionContent, Table, code, pack, text

    def of(value):
        return [SectionContent("cases", [Table(code("cases"), ["part", "value"], [[text("a"), value]])])]

    class Before:
        snapshot, number, published_at = pack(of(Value("number", "4"))), 1, clock.now()

    found = changes.section(Before, of(Value("withheld")), REASON)
    (row,) = next(block for block in found.blocks if isinstance(block, Table)).rows
    assert [value.kind for value in row[-2:]] == ["withheld", "withheld"]
    same = changes.section(Before, of(Value("number", "4")), REASON)
    assert same.blocks[-1].code == "no_value_changed"


def test_a_withdrawn_edition_keeps_its_address_and_says_why(small, client):
    edition = small.published()
    with pytest.raises(Refused):
        publication.withdraw(by=small.analyst, edition=edition, reason=REASON)
    publication.withdraw(by=small.boss, edition=edition, reason=REASON)
    page = client.get(reverse("edition", args=[edition.pk]), headers={"accept-language": "en"})
    assert page.status_code == 410
    assert any(reason in page.content.decode() for reason in REASON.values())
    assert client.get(reverse("edition_download", args=[edition.pk, "ky", "pdf"])).status_code == 410
    assert small.edition().number == 2


@pytest.mark.parametrize(
    ("audience", "may"), [(Audience.NGO, Role.CASE_WORKER), (Audience.MINISTRY, Role.REGISTRY_OFFICIAL)]
)
def test_reports_for_some_are_read_by_those(small, house, client, audience, may):
    small.definition.audience = audience
    small.definition.save()
    edition = small.published()
    page = reverse("edition", args=[edition.pk])
    assert client.get(page).status_code == 404
    for role in (Role.CASE_WORKER, Role.REGISTRY_OFFICIAL, Role.WORKER):
        client.force_login(house.user(role))
        assert client.get(page).status_code == (200 if role == may else 404)


def test_the_desk_shows_what_stands_in_the_way(small, client):
    edition = small.built()
    reviews.comment(by=small.expert, edition=edition, text="Текшерүү керек")
    client.force_login(small.analyst)
    address = reverse("admin:reports_edition_change", args=[edition.pk])
    page = client.get(address).content.decode()
    assert "Текшерүү керек" in page
    assert str(Edition.everything.get().pk) in page
    client.force_login(small.boss)
    for action, status in {"comment": 200, "approve": 200, "publish": 403, "withdraw": 403}.items():
        do = reverse("admin:reports_edition_do", args=[edition.pk, action])
        assert client.get(do).status_code == status, action


def test_a_letter_that_no_font_has_stops_the_build_and_says_where(small):
    edition = small.edition()
    write_all(small, edition, dict.fromkeys(WORDS, "Белги: \u20c0"))
    assert small.build(edition) == "failed"
    error = Job.everything.latest("created_at").error_text
    assert "U+20C0" in error
    assert "sections[1].blocks[1]" in error
