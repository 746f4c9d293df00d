"""A merge is an alias: nothing moves, chains come apart as they were put together, nobody is merged in ignorance."""

import datetime as dt

import pytest
from django.db import models
from django.urls import reverse

from accounts.enums import Role
from common import clock
from common.errors import Conflict, Invalid, Missing, Refused
from pensions import seed
from pensions.enums import PairState
from pensions.models import (
    Certificate,
    DuplicatePair,
    EmploymentPeriod,
    Worker,
    WorkerIdentifier,
    WorkerMerge,
    WorkerStep,
)
from pensions.services import certificate_content, ledger, merging
from pensions.services.merging import merge_workers, unmerge_worker
from pensions.services.statement import statement
from pensions.services.workers import add_number, change_worker
from tests.support.registry import Registry

pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor(house):
    return house.user(Role.REGISTRY_SUPERVISOR)


@pytest.fixture
def three():
    return [Registry().worker(family_name=name) for name in ("Аманов", "Бекетов", "Чолпонов")]


def roots(*workers) -> list:
    rows = Worker.everything.in_bulk([one.pk for one in workers])
    return [rows[one.pk].merged_into_id for one in workers]


def test_a_chain_is_one_person_and_comes_apart_again(three, supervisor):
    a, b, c = three
    merge_workers(by=supervisor, keep=b, merge=a, reason="one passport")
    merge_workers(by=supervisor, keep=c, merge=b, reason="one PIN")
    assert roots(a, b, c) == [c.pk, c.pk, None]
    unmerge_worker(by=supervisor, worker=b, reason="two PINs after all")
    assert roots(a, b, c) == [b.pk, None, None]
    unmerge_worker(by=supervisor, worker=a, reason="twins")
    assert roots(a, b, c) == [None, None, None]
    assert list(WorkerMerge.everything.order_by("pk").values_list("kind", flat=True)) == [
        "merge",
        "merge",
        "part",
        "part",
    ]


def test_an_alias_in_the_middle_is_parted_from_what_stands_for_it(three, supervisor):
    a, b, c = three
    merge_workers(by=supervisor, keep=b, merge=a, reason="one")
    merge_workers(by=supervisor, keep=c, merge=b, reason="one")
    unmerge_worker(by=supervisor, worker=a, reason="not this one")
    assert roots(a, b, c) == [None, c.pk, None]


def test_nothing_moves_and_everything_is_read_through_the_alias(house, supervisor):
    person = house.user(Role.WORKER)
    traveller = seed.traveller(user=person)
    twin = Registry().worker(family_name="Асанова", birth_on=dt.date(1991, 5, 4))
    add_number(by=None, worker=twin, kind="RU-INN", text="500100732259")
    before = list(EmploymentPeriod.everything.order_by("pk").values_list("pk", "worker_id"))
    assert before
    merge_workers(by=supervisor, keep=twin, merge=traveller, reason="one person")
    twin.refresh_from_db()
    assert list(EmploymentPeriod.everything.order_by("pk").values_list("pk", "worker_id")) == before
    assert len(statement(by=supervisor, worker=twin).periods) == len(before)
    # The account hangs on the alias, and the person still reads the whole record.
    assert statement(by=person, worker=twin).periods
    assert WorkerIdentifier.everything.of_person(twin).count() == 3
    employment = EmploymentPeriod.everything.order_by("pk").first().employment
    named = certificate_content._person(employment)
    assert named.name == twin.full_name and len(named.identifiers) == 3
    assert Certificate.everything.of_person(twin).count() == 0


def test_an_alias_takes_no_changes(three, supervisor):
    a, b, _c = three
    merge_workers(by=supervisor, keep=b, merge=a, reason="one")
    with pytest.raises(Conflict, match="merged"):
        change_worker(by=supervisor, worker=a, family_name="Осмонов")
    with pytest.raises(Conflict):
        merge_workers(by=supervisor, keep=a, merge=_c, reason="one")


def test_two_who_sign_in_are_not_merged(house, supervisor):
    first = Registry().worker(user=house.user(Role.WORKER))
    second = Registry().worker(user=house.user(Role.WORKER, "second"))
    with pytest.raises(Conflict, match="sign in"):
        merge_workers(by=supervisor, keep=first, merge=second, reason="one")


def test_a_relation_that_nobody_declared_stops_every_merge(three, supervisor, monkeypatch):
    assert merging.unknown_relations() == []
    field = models.ForeignKey(Worker, on_delete=models.PROTECT, name="owner")
    field.auto_created = False
    monkeypatch.setattr(WorkerStep._meta, "get_fields", lambda **_: [field])
    assert merging.unknown_relations() == ["pensions.workerstep.owner"]
    with pytest.raises(Conflict, match=r"pensions\.workerstep\.owner"):
        merge_workers(by=supervisor, keep=three[0], merge=three[1], reason="one")
    assert roots(*three) == [None, None, None]
    monkeypatch.setitem(merging._declared, "pensions.workerstep.owner", "made up")
    merge_workers(by=supervisor, keep=three[0], merge=three[1], reason="one")


def test_who_may_merge(house, three, supervisor):
    official = house.user(Role.REGISTRY_OFFICIAL)
    abroad = house.user(Role.REGISTRY_SUPERVISOR, "abroad", "RU")
    with pytest.raises(Refused):
        merge_workers(by=official, keep=three[0], merge=three[1], reason="one")
    with pytest.raises(Missing):
        merge_workers(by=abroad, keep=three[0], merge=three[1], reason="one")
    theirs = Registry().worker(registered_in="RU")
    for keep, merge in ((theirs, three[0]), (three[0], theirs)):
        with pytest.raises(Missing):
            merge_workers(by=supervisor, keep=keep, merge=merge, reason="one")
    with pytest.raises(Invalid):
        merge_workers(by=supervisor, keep=three[0], merge=three[1], reason=" ")


def test_an_office_merges_what_another_office_of_the_state_holds(house, three, supervisor):
    other = house.user(Role.REGISTRY_SUPERVISOR, "second office")
    assert supervisor.valid_memberships[0].organisation != other.valid_memberships[0].organisation
    Worker.everything.filter(pk=three[0].pk).update(held_by=supervisor.valid_memberships[0].organisation)
    merge_workers(by=other, keep=three[1], merge=three[0], reason="one")
    assert roots(three[0]) == [three[1].pk]


def test_every_merge_stands_in_the_journal_of_both_and_settles_the_pair(three, supervisor, journal):
    a, b, _c = three
    merge_workers(by=supervisor, keep=b, merge=a, reason="one passport")
    pair = DuplicatePair.everything.get()
    assert pair.state == PairState.SAME and pair.model_version == 0
    unmerge_worker(by=supervisor, worker=a, reason="two")
    pair.refresh_from_db()
    assert pair.state == PairState.DIFFERENT
    assert list(pair.decisions.order_by("pk").values_list("state", flat=True)) == ["same", "different"]
    for worker in (a, b):
        acts = journal(subject_id=worker.pk, action="registry.worker.merge")
        assert [entry.actor_id for entry in acts] == [supervisor.pk] * 2


def test_a_merge_is_told_from_its_moment_on(three, supervisor, client):
    a, b, c = three
    for one in three:
        ledger.record_period(by=None, employment=Registry().employment(one), start_on=dt.date(2020, 1, 1))
    moments = [clock.now()]
    merge_workers(by=supervisor, keep=b, merge=a, reason="one passport")
    moments.append(clock.now())
    merge_workers(by=supervisor, keep=c, merge=b, reason="one PIN")
    moments.append(clock.now())

    def known(worker: Worker, moment: dt.datetime | None) -> set:
        return {one.period.worker_id for one in statement(by=None, worker=worker, known_at=moment).periods}

    assert [known(c, moment) for moment in moments] == [{c.pk}, {c.pk}, {a.pk, b.pk, c.pk}]
    client.force_login(supervisor)
    address = reverse("admin:pensions_worker_change", args=[c.pk])
    early = client.get(address, {"known_at": "2020-01-01T00:00"}).context
    assert not {one.code for one in early["sections"]} and not early["statement"].periods
    assert "merges" in {one.code for one in client.get(address).context["sections"]}
    unmerge_worker(by=supervisor, worker=a, reason="two PINs after all")
    assert known(c, moments[2]) == {b.pk, c.pk}  # what belongs to somebody else is not shown again
    assert known(a, moments[2]) == {a.pk}
