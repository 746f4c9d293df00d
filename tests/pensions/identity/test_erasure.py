"""Erasure of one person: what goes, what stays, who may, what holds it."""

import datetime as dt
import io

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from accounts.enums import Role
from accounts.models import Membership, User, UserSession
from common import files
from common.classification import classified
from common.errors import Conflict, Invalid, Refused
from common.keys import blind_index
from common.models import SubjectKey
from pensions.models import (
    Contribution,
    CorrectionRequest,
    PeriodEvidence,
    Worker,
    WorkerDocument,
    WorkerIdentifier,
    WorkerName,
)
from pensions.own_data import path_to_person
from pensions.services import erasure, ledger
from tests.support.registry import Registry

pytestmark = pytest.mark.django_db
NUMBER = "21503199012345"


@pytest.fixture
def two(house):
    first = house.user(Role.REGISTRY_SUPERVISOR)
    second = User.objects.create_user(email="second@example.org", full_name="Second")
    home = first.valid_memberships[0].organisation
    Membership.objects.create(
        user=second, organisation=home, role=Role.REGISTRY_SUPERVISOR, from_on=dt.date(2020, 1, 1)
    )
    return {"by": first, "confirmed_by": second}


@pytest.fixture
def worker(house, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    registry = Registry()
    made = registry.worker(
        family_name="Токтогулова", latin_family_name="TOKTOGULOVA", user=house.user(Role.WORKER)
    )
    alias = registry.worker(family_name="Сыдыкова", merged_into=made)
    employment = registry.employment(alias)
    month = {"month": dt.date(2024, 1, 1), "currency": "KGS", "accrued": 100}
    ledger.record_contribution(by=None, employment=employment, **month)
    WorkerIdentifier.everything.create(
        worker=made, kind="KG-PIN", value=NUMBER, index=blind_index("KG-PIN", NUMBER)
    )
    for number in ("AN1111111", "AN2222222"):
        WorkerDocument.everything.create(
            worker=made, kind="passport", country="KG", number=number, index=f"index {number}",
            latin_family_name="TOKTOGULOVA",
        )  # fmt: skip
    WorkerName.everything.create(worker=made, family_name="Асанова", given_name="Айгүл")
    return made


def erase(two, worker, **values):
    return erasure.erase(**two, worker=worker, reason="decision 7", **values)


def every_text() -> str:
    """All that stands in the rows of the registry and of accounts."""
    found = []
    for model in [*apps.get_app_config("pensions").get_models(), User]:
        manager = getattr(model, "everything", model._base_manager)
        found += [str(row) for row in manager.values_list()]
    return " ".join(found)


def test_names_numbers_and_dates_go_and_months_stay(two, worker, journal):
    assert "Токтогулова" in every_text()
    plan = erase(two, worker)
    text = every_text()
    for word in (
        "Токтогулова",
        "TOKTOGULOVA",
        "Сыдыкова",
        "Асанова",
        "токтогулова",
        NUMBER,
        "AN1111111",
        "worker.",
    ):
        assert word not in text, word
    assert str(worker.birth_on) not in text
    worker = Worker.everything.get(pk=worker.pk)
    assert worker.state == "archived" and worker.key.destroyed_at and worker.birth_on is None
    assert WorkerIdentifier.everything.get(worker=worker).value is None
    assert Contribution.everything.get().accrued == 100
    assert plan.stays["Contribution"] == 1
    assert {entry.subject_id for entry in journal(verb="erased", action=erasure.ERASE)} == {
        worker.pk,
        Worker.everything.get(merged_into=worker).pk,
    }


def test_the_account_is_closed_and_nobodys(two, worker, client):
    user = worker.user
    client.force_login(user)
    client.get("/")
    erase(two, worker)
    user = User.objects.get(pk=user.pk)
    assert not user.is_active and user.full_name == "—" and not user.has_usable_password()
    assert not UserSession.everything.filter(user=user).exists()
    assert not Membership.objects.filter(user=user, until_on__isnull=True).exists()


def test_files_of_the_person_go(two, worker):
    stored = files.store(b"a labour book", name="book.pdf", media_type="application/pdf")
    employment = Registry().employment(worker)
    period = ledger.record_period(by=None, employment=employment, start_on=dt.date(2020, 1, 1))
    PeriodEvidence.everything.create(
        worker=worker, entry=period.entry, period_id=period.pk, status="declared", file=stored
    )
    erase(two, worker)
    assert not files.path_of(stored.address).exists()
    assert SubjectKey.objects.get(pk=stored.key_id).destroyed_at


def test_a_second_time_nothing_is_left_to_do(two, worker, journal):
    erase(two, worker)
    count = journal(verb="erased").count()
    assert erase(two, worker).is_erased
    assert journal(verb="erased").count() == count


def test_it_takes_two_who_may_and_a_reason(two, worker, house):
    with pytest.raises(Conflict, match="second person"):
        erasure.erase(by=two["by"], confirmed_by=two["by"], worker=worker, reason="r")
    with pytest.raises(Refused):
        erase(two | {"confirmed_by": house.user(Role.REGISTRY_OFFICIAL)}, worker)
    with pytest.raises(Invalid):
        erasure.erase(**two, worker=worker, reason=" ")
    assert Worker.everything.get(pk=worker.pk).family_name


def test_what_still_runs_holds_it_and_is_named(two, worker):
    key = SubjectKey.new()
    key.save()
    CorrectionRequest.everything.create(worker=worker, key=key, wrong="employment")
    with pytest.raises(Conflict, match="dispute"):
        erase(two, worker)
    assert Worker.everything.get(pk=worker.pk).family_name == "Токтогулова"


def test_every_personal_field_is_blanked_sealed_or_named():
    """A new field of a person in clear is blanked by itself, unless it stands in a table that is written once."""
    left = []
    for model in apps.get_app_config("pensions").get_models():
        if model._meta.proxy or not path_to_person(model):
            continue
        blanked = {one.name for one in erasure.clear_fields(model)}
        for name, kind in classified()[model._meta.label_lower].items():
            one = model._meta.get_field(name)
            if kind.code in erasure.PERSONAL and name not in blanked and type(one).__name__ != "SealedField":
                left.append(f"{model.__name__}.{name}")
    assert set(left) == erasure.KEPT | {
        "AwardNumber.index",  # a blind index, in a table that is written once
        "AwardNumber.kind",
        "CertificateShare.created_by",  # the account, which is nobody's then
        "PeriodRequest.worker",
        "WorkerDocument.kind",
        "WorkerIdentifier.kind",
        "WorkerProposal.identifier_kind",
        "WorkerReport.relation",
    }


def test_the_command_tells_first_and_erases_with_yes(two, worker):
    words = {"reason": "decision 7", "by": two["by"].email, "confirmed_by": two["confirmed_by"].email}
    told = io.StringIO()
    call_command("erase_person", str(worker), **words, stdout=told)
    assert "Would go" in told.getvalue() and "Worker: personal fields of 2 rows" in told.getvalue()
    assert Worker.everything.get(pk=worker.pk).family_name == "Токтогулова"
    call_command("erase_person", str(worker), **words, yes=True, stdout=told)
    assert Worker.everything.get(pk=worker.pk).family_name == ""
    call_command("erase_person", str(worker), **words, yes=True, stdout=told)
    assert "already" in told.getvalue()
    with pytest.raises(CommandError, match="eleven signs"):
        call_command("erase_person", "000", **words)
