"""Candidates are found by a job, asked once, and decided by people."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.enums import Role
from common.errors import Conflict, Missing, Refused
from pensions import similar
from pensions.enums import PairState
from pensions.models import DuplicatePair, Worker, WorkerIdentifier
from pensions.services import duplicates
from pensions.services.workers import change_worker, register_worker
from tests.support.registry import Registry

pytestmark = pytest.mark.django_db
BORN = dt.date(1990, 5, 17)


@pytest.fixture
def crowd():
    """One person twice, spelt in two ways, among forty others."""
    registry = Registry()
    one = registry.worker(
        family_name="Өмүрбекова", given_name="Жылдыз", patronymic="Асан кызы", birth_on=BORN
    )
    two = registry.worker(family_name="OMURBEKOVA", given_name="ZHYLDYZ", birth_on=BORN)
    others = [registry.worker(family_name=f"Токтомамбетов{n}", given_name=f"Азамат{n}") for n in range(40)]
    return one, two, others


@pytest.fixture
def supervisor(house):
    return house.user(Role.REGISTRY_SUPERVISOR)


def look(supervisor, run_jobs) -> None:
    duplicates.look(by=supervisor)
    assert run_jobs() == ["succeeded"]


def pair_of(one, two) -> DuplicatePair:
    first, second = sorted((one, two), key=lambda worker: worker.pk)
    return DuplicatePair.everything.get(first=first, second=second)


def test_a_person_in_two_spellings_is_proposed_with_reasons(crowd, supervisor, run_jobs):
    look(supervisor, run_jobs)
    pair = pair_of(*crowd[:2])
    assert pair.score >= 0.9 and {"name:same", "birth:same"} <= set(pair.reasons)
    assert not Worker.everything.filter(compare_since__isnull=False).exists()
    assert DuplicatePair.everything.count() == 1


def test_only_what_is_new_is_compared_again(crowd, supervisor, run_jobs):
    look(supervisor, run_jobs)
    assert duplicates.look_soon(by=None) is None
    late = Registry().worker(family_name="Омурбекова", given_name="Жылдыз", birth_on=BORN)
    rows = list(duplicates._sharing_a_block(duplicates._due()))
    assert {row.pk for row in rows} == {crowd[0].pk, crowd[1].pk, late.pk}
    look(supervisor, run_jobs)
    assert DuplicatePair.everything.count() == 3


def test_a_number_that_was_ended_on_another_record_gives_the_person_away(supervisor, run_jobs):
    first = register_worker(
        by=None, registered_in="KG", family_name="Асанов", numbers=[("RU-SNILS", "112-233-445 95")]
    )
    WorkerIdentifier.everything.update(ended_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    second = register_worker(
        by=None,
        registered_in="KG",
        family_name="Асанов",
        given_name="Улан",
        numbers=[("RU-SNILS", "112-233-445 95")],
    )
    look(supervisor, run_jobs)
    assert "number:same" in pair_of(first, second).reasons


def test_records_of_two_states_are_never_a_pair(supervisor, run_jobs):
    for state in ("KG", "KZ"):
        Registry().worker(family_name="Өмүрбекова", given_name="Жылдыз", birth_on=BORN, registered_in=state)
    look(supervisor, run_jobs)
    assert not DuplicatePair.everything.exists()


def test_two_persons_are_not_proposed_again_and_the_question_can_be_put_anew(crowd, supervisor, run_jobs):
    look(supervisor, run_jobs)
    pair = DuplicatePair.everything.get()
    duplicates.decide_different(by=supervisor, pair=pair, reason="cousins")
    change_worker(by=None, worker=crowd[0], sex="female")
    look(supervisor, run_jobs)
    pair.refresh_from_db()
    assert pair.state == PairState.DIFFERENT and DuplicatePair.everything.count() == 1
    with pytest.raises(Conflict):
        duplicates.decide_same(by=supervisor, pair=pair, keep=pair.first, reason="one")
    duplicates.reopen(by=supervisor, pair=pair, reason="a passport came in")
    duplicates.ask(by=supervisor, pair=pair, reason="her mother: the date")
    duplicates.decide_same(by=supervisor, pair=pair, keep=pair.second, reason="one passport")
    first = Worker.everything.get(pk=pair.first_id)
    assert first.merged_into_id == pair.second_id
    assert list(pair.decisions.order_by("pk").values_list("state", flat=True)) == [
        "different",
        "waiting",
        "asked",
        "same",
    ]


def test_a_pair_whose_record_was_merged_meanwhile_means_the_record_that_stands_for_it(
    crowd, supervisor, run_jobs
):
    from pensions.services.merging import merge_workers

    look(supervisor, run_jobs)
    pair, root = DuplicatePair.everything.get(), crowd[2][0]
    merge_workers(by=supervisor, keep=root, merge=pair.first, reason="one")
    duplicates.decide_same(by=supervisor, pair=pair, keep=pair.first, reason="one")
    assert Worker.everything.get(pk=pair.second_id).merged_into_id == root.pk


class TestDesk:
    @pytest.fixture
    def pair(self, crowd, supervisor, run_jobs):
        look(supervisor, run_jobs)
        return DuplicatePair.everything.get()

    def test_the_queue_and_the_comparison(self, pair, client, supervisor, journal):
        client.force_login(supervisor)
        queue = client.get(reverse("admin:pensions_duplicatepair_changelist")).content.decode()
        assert "Өмүрбекова" in queue and "OMURBEKOVA" in queue
        page = client.get(reverse("admin:pensions_duplicatepair_change", args=[pair.pk])).content.decode()
        assert "туулган күнү бирдей" in page and "Бир адам: бириктирүү" in page
        for worker_id in (pair.first_id, pair.second_id):
            verbs = {entry.verb for entry in journal(subject_id=worker_id, action="registry.duplicate.view")}
            assert verbs == {"listed", "read"}

    def test_the_buttons_do_what_they_say(self, pair, client, supervisor):
        client.force_login(supervisor)
        do = lambda name: reverse("admin:pensions_duplicatepair_do", args=[pair.pk, name])  # noqa: E731
        assert client.post(do("same"), {"keep": str(pair.first_id)}).status_code == 400
        answer = client.post(do("same"), {"keep": str(pair.first_id), "reason": "one passport"})
        assert answer.status_code == 302
        assert Worker.everything.get(pk=pair.second_id).merged_into_id == pair.first_id

    def test_an_official_asks_and_does_not_decide(self, pair, client, house):
        official = house.user(Role.REGISTRY_OFFICIAL)
        client.force_login(official)
        do = lambda name: reverse("admin:pensions_duplicatepair_do", args=[pair.pk, name])  # noqa: E731
        assert client.post(do("ask"), {"reason": "the family"}).status_code == 302
        for name in ("same", "different"):
            assert client.post(do(name), {"reason": "x"}).status_code == 403
        with pytest.raises(Refused):
            duplicates.decide_different(by=official, pair=pair, reason="x")

    @pytest.mark.parametrize(
        ("role", "place", "state"),
        [
            (Role.REGISTRY_SUPERVISOR, "abroad", "RU"),
            (Role.EMPLOYER_CLERK, "first", "KG"),
            (Role.WORKER, "first", "KG"),
            (Role.AUDITOR, "first", "KG"),
        ],
    )
    def test_others_meet_nothing(self, pair, client, house, role, place, state):
        stranger = house.user(role, place, state)
        client.force_login(stranger)
        page = client.get(reverse("admin:pensions_duplicatepair_change", args=[pair.pk]))
        assert page.status_code in {302, 403, 404}
        listed = client.get(reverse("admin:pensions_duplicatepair_changelist"))
        assert "OMURBEKOVA" not in listed.content.decode()
        with pytest.raises((Missing, Refused)):
            duplicates.decide_different(by=stranger, pair=pair, reason="x")


class TestEntry:
    def test_somebody_alike_is_shown_before_a_record_is_made(self, crowd, client, house):
        client.force_login(house.user(Role.REGISTRY_OFFICIAL))
        address = reverse("admin:pensions_worker_list_do", args=["register"])
        values = {"family_name": "Жылдыз", "given_name": "Омурбекова", "birth_on": BORN.isoformat()}
        count = Worker.everything.count()
        page = client.post(address, values)
        assert page.status_code == 200 and "OMURBEKOVA" in page.content.decode()
        assert "фамилиясы менен аты алмашып калган" in page.content.decode()
        assert Worker.everything.count() == count
        assert client.post(address, {**values, "anyway": "True"}).status_code == 302
        assert Worker.everything.count() == count + 1

    def test_the_form_that_was_filled_comes_along(self, crowd, client, house):
        client.force_login(house.user(Role.REGISTRY_OFFICIAL))
        address = reverse("admin:pensions_worker_list_do", args=["report"])
        values = {
            "family_name": "Омурбекова",
            "given_name": "Жылдыз",
            "birth_on": BORN.isoformat(),
            "reporter": "Асан",
            "relation": "parent",
        }
        page = client.post(address, values)
        form = page.context["form"]
        again = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "")}
        assert client.post(address, again).status_code == 302
        made = Worker.everything.latest("created_at")
        assert (made.state, made.birth_on, made.reports.get().reporter) == ("reported", BORN, "Асан")

    def test_four_queries_and_only_within_reach(self, crowd, house, django_assert_max_num_queries):
        official = house.user(Role.REGISTRY_OFFICIAL)
        official.valid_memberships  # noqa: B018
        asked = {"family_name": "Омурбекова", "given_name": "Жылдыз", "birth_on": BORN}
        with django_assert_max_num_queries(4):
            assert len(similar.people(by=official, **asked)) == 2
        abroad = house.user(Role.REGISTRY_OFFICIAL, "abroad", "RU")
        assert similar.people(by=abroad, **asked) == []

    def test_one_wrong_letter_in_each_name_is_seen_where_the_birth_date_is_the_same(self):
        """Near the beginning of a short name it weighed so much that a second record was made without a word."""
        known = Registry().worker(family_name="Асанова", given_name="Жылдыз", birth_on=dt.date(1986, 4, 17))
        for family, given in (("Асонова", "Жылдыз"), ("Осанова", "Жылдыз"), ("Асонова", "Жулдыз")):
            asked = {"family_name": family, "given_name": given}
            [alike] = similar.people(by=None, birth_on=known.birth_on, **asked)
            assert alike.worker == known
            assert not similar.people(by=None, birth_on=dt.date(1987, 5, 18), **asked)
        assert not similar.people(
            by=None, family_name="Усенова", given_name="Жылдыз", birth_on=known.birth_on
        )

    def test_without_a_birth_date_names_alone_are_compared(self, crowd):
        found = similar.people(by=None, family_name="Омурбекова", given_name="Жылдыс")
        assert {one.worker for one in found} == set(crowd[:2])


MAIDEN = {"given_name": "Айгүл", "patronymic": "Бакыт кызы", "birth_on": BORN, "sex": "female"}


class TestOtherNames:
    """A woman who took another surname, in the ways in which records tell of it."""

    @pytest.fixture
    def crowd(self):
        registry = Registry()
        return [registry.worker(family_name=f"Токтомамбетов{n}", given_name=f"Азамат{n}") for n in range(40)]

    def found(self, one, two, supervisor, run_jobs) -> str:
        look(supervisor, run_jobs)
        return next(reason for reason in pair_of(one, two).reasons if reason.startswith("name:"))

    def test_by_a_former_name_though_the_birth_date_is_wrong(self, crowd, supervisor, run_jobs):
        one = Registry().worker(family_name="Асанова", **MAIDEN)
        two = Registry().worker(family_name="Осмонкулова", **MAIDEN | {"birth_on": dt.date(1990, 5, 18)})
        look(supervisor, run_jobs)
        DuplicatePair.everything.all().delete()
        two = change_worker(by=None, worker=two, family_name="Асанова")
        change_worker(by=None, worker=two, family_name="Осмонкулова")
        near = set(duplicates._sharing_a_block(duplicates._due()).values_list("pk", flat=True))
        assert near == {one.pk, two.pk}
        assert self.found(one, two, supervisor, run_jobs) == "name:former"

    def test_by_the_passport(self, crowd, supervisor, run_jobs):
        one = Registry().worker(family_name="Осмонкулова", **MAIDEN)
        two = Registry().worker(
            family_name="Асанова", latin_family_name="OSMONKULOVA", latin_given_name="AIGUL", **MAIDEN
        )
        assert two.latin_block_key == one.block_key and not one.latin_block_key
        assert self.found(one, two, supervisor, run_jobs) == "name:former"

    def test_where_no_record_tells_of_the_marriage(self, crowd, supervisor, run_jobs):
        one = Registry().worker(family_name="Асанова", **MAIDEN)
        two = Registry().worker(family_name="Осмонкулова", **MAIDEN)
        assert self.found(one, two, supervisor, run_jobs) == "name:married"

    def test_by_the_name_of_a_record_that_was_merged(self, crowd, supervisor, run_jobs):
        from pensions.services.merging import merge_workers

        one = Registry().worker(family_name="Осмонкулова", **MAIDEN)
        alias = Registry().worker(family_name="Асанова", given_name="Айгүл")
        merge_workers(by=supervisor, keep=one, merge=alias, reason="one")
        two = Registry().worker(family_name="Асанова", **MAIDEN | {"birth_on": dt.date(1990, 6, 17)})
        assert self.found(one, two, supervisor, run_jobs) == "name:former"

    def test_at_entry(self, crowd, django_assert_max_num_queries):
        one = Registry().worker(family_name="Асанова", **MAIDEN)
        one = change_worker(by=None, worker=one, family_name="Осмонкулова")
        asked = {"given_name": "Айгул", "birth_on": dt.date(1990, 5, 18)}
        with django_assert_max_num_queries(4):
            [alike] = similar.people(by=None, family_name="Асанова", **asked)
        assert (alike.worker, alike.reasons[0]) == (one, "name:former")
        [alike] = similar.people(
            by=None,
            family_name="Жээнбекова",
            latin_family_name="OSMONKULOVA",
            latin_given_name="AIGUL",
            **asked,
        )
        assert alike.worker == one
        [alike] = similar.people(by=None, family_name="Жээнбекова", **MAIDEN)
        assert alike.reasons[0] == "name:married"
        assert not similar.people(by=None, family_name="Жээнбекова", **MAIDEN | {"patronymic": ""})
