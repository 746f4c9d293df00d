"""A worker's demand: asked, told only with consent, answered or met with silence that can be proved."""

import datetime as dt
import io

import cbor2
import pikepdf
import pytest
from django.urls import reverse

from accounts.enums import OrganisationKind, Role
from cases.models import HelpRequest, Partner
from common.errors import Conflict, Invalid, Missing, Refused
from common.scoping import acting_as
from pensions.certificates.seal import read_seals
from pensions.control_register.leaves import Leaf, Opening
from pensions.control_register.tlog_proof import TlogProof
from pensions.demand_deadlines import deadline, words
from pensions.models import Demand, DemandStep, Employer, RegisterEntry
from pensions.papers import demands as demand_papers
from pensions.registry_number import show
from pensions.services import control_register, demands, employers, ledger, register_audit
from pensions.services.merging import merge_workers
from tests.support.registry import Registry

pytestmark = pytest.mark.django_db


@pytest.fixture
def caseworker(house):
    return house.user(Role.CASE_WORKER)


def kinds(demand) -> list[str]:
    return list(demand.steps.order_by("entry_id").values_list("kind", flat=True))


def silent(office, **values) -> Demand:
    """A demand whose time has passed, seen from the day after."""
    made = demands.ask(by=office.person, employment=office.employment, may_tell=True, **values)
    demands.watch_deadlines(by=None, today=made.silent_after + dt.timedelta(days=1))
    return Demand.everything.get(pk=made.pk)


# --- terms ----------------------------------------------------------------------------------------------


def test_terms_are_dated_data_with_a_source():
    friday = dt.date(2026, 11, 27)
    law = deadline("RU", friday)
    assert law.is_law and law.due_on == dt.date(2026, 12, 2) and "article 62" in words(law.source, "en")
    aim = deadline("AM", friday)
    assert not aim.is_law and aim.due_on == dt.date(2026, 12, 11)
    assert law.silent_after == law.due_on + dt.timedelta(days=14)
    over_new_year = deadline("RU", dt.date(2026, 12, 30))
    assert over_new_year.due_on == dt.date(
        2027, 1, 13
    )  # 31 December is moved to a day off, 1 to 10 January are none
    assert deadline("ZZ", friday).due_on == dt.date(2026, 12, 11)  # no holidays known: Monday to Friday


def test_demands_of_a_merged_record_stay_and_are_the_persons(office, english):
    made = demands.ask(by=office.person, employment=office.employment)
    twin = Registry().employment()
    merge_workers(by=None, keep=twin.worker, merge=office.employment.worker, reason="one person")
    other = demands.ask(by=office.person, employment=twin)
    assert [Demand.everything.get(pk=one.pk).worker_id for one in (made, other)] == [
        office.employment.worker_id,
        twin.worker_id,
    ]
    english.force_login(office.person)
    page = english.get(reverse("pensions:my_demands")).content.decode()
    assert made.number in page and other.number in page


# --- consent --------------------------------------------------------------------------------------------


def test_without_consent_the_employer_sees_nothing_and_no_clock_runs(office):
    made = demands.ask(by=office.person, employment=office.employment)
    assert (made.told_on, made.due_on) == (None, None) and kinds(made) == ["asked"]
    with acting_as(office.clerk):
        assert not Demand.objects.exists() and not DemandStep.objects.exists()
    with pytest.raises(Missing):
        demands.acknowledge(by=office.clerk, demand=made)
    assert demands.watch_deadlines(by=None, today=dt.date(2030, 1, 1)) == {"reminded": 0, "expired": 0}
    made.refresh_from_db()
    assert made.state == "asked", "nobody can be silent about what nobody told"


def test_consent_shows_it_and_its_withdrawal_hides_it_again(office):
    made = demands.ask(by=office.person, employment=office.employment)
    demands.allow_telling(by=office.person, demand=made)
    with acting_as(office.clerk):
        assert Demand.objects.get().told_how == "register"
    demands.forbid_telling(by=office.person, demand=made)
    with acting_as(office.clerk):
        assert not Demand.objects.exists() and not DemandStep.objects.exists()
    made.refresh_from_db()
    assert demands.watch_deadlines(by=None, today=made.due_on + dt.timedelta(days=1))["reminded"] == 0
    assert kinds(made) == ["asked", "told", "forbidden"]


def test_only_the_worker_or_an_official_decides_and_only_the_employer_answers(office, house):
    made = demands.ask(by=office.person, employment=office.employment, may_tell=True)
    strangers = [
        house.user(Role.WORKER, "second"),
        house.user(Role.EMPLOYER_CLERK, "second"),
        house.user(Role.REGISTRY_OFFICIAL, "abroad", state="RU"),
        house.user(Role.CASE_WORKER),
        house.user(Role.AUDITOR),
        house.user(Role.ARCHIVIST),
    ]
    for nobody in strangers:
        with acting_as(nobody):
            assert not Demand.objects.exists(), nobody
        for act in (demands.forbid_telling, demands.withdraw, demands.acknowledge):
            with pytest.raises((Missing, Refused)):
                act(by=nobody, demand=made)
        with pytest.raises((Missing, Refused)):
            demand_papers.receipt(by=nobody, demand=made)
    for nobody in (office.person, office.official):
        with pytest.raises(Refused):
            demands.refuse(by=nobody, demand=made, reason="no")
    with pytest.raises(Refused):
        demands.withdraw(by=office.clerk, demand=made)


# --- answers --------------------------------------------------------------------------------------------


def test_a_certificate_answers_the_demand(office):
    made = demands.ask(by=office.person, employment=office.employment, may_tell=True)
    demands.acknowledge(by=office.clerk, demand=made)
    certificate = office.issued()
    made.refresh_from_db()
    assert made.state == "fulfilled" and demands.answered_by(made) == certificate
    assert kinds(made) == ["asked", "told", "acknowledged", "fulfilled"]
    assert register_audit.audit() == []


def test_a_refusal_has_a_reason_and_a_late_certificate_still_answers(office):
    made = demands.ask(by=office.person, employment=office.employment, may_tell=True)
    with pytest.raises(Invalid):
        demands.refuse(by=office.clerk, demand=made, reason=" ")
    demands.refuse(by=office.clerk, demand=made, reason="never worked here")
    with pytest.raises(Conflict):
        demands.withdraw(by=office.person, demand=made)
    office.issued()
    made.refresh_from_db()
    assert made.state == "fulfilled"


def test_one_open_demand_for_one_work(office):
    made = demands.ask(by=office.person, employment=office.employment)
    with pytest.raises(Conflict):
        demands.ask(by=office.person, employment=office.employment)
    demands.withdraw(by=office.person, demand=made, reason="found the old one")
    demands.ask(by=office.person, employment=office.employment)
    assert Demand.everything.count() == 2


def test_the_worker_s_own_word_starts_the_clock_and_is_said_to_be_that(office):
    made = demands.ask(by=office.person, employment=office.employment)
    for wrong in ({"on": made.asked_on, "how": " "}, {"on": dt.date(2020, 1, 1), "how": "at the gate"}):
        with pytest.raises(Invalid):
            demands.told_in_person(by=office.person, demand=made, **wrong)
    demands.told_in_person(by=office.person, demand=made, on=made.asked_on, how="registered letter 118")
    made.refresh_from_db()
    assert made.told_how == "person" and made.due_on and not made.may_tell
    with pytest.raises(Conflict):
        demands.told_in_person(by=office.person, demand=made, on=made.asked_on, how="again")


# --- silence --------------------------------------------------------------------------------------------


def test_silence_is_stated_after_the_margin_and_once(office):
    made = demands.ask(by=office.person, employment=office.employment, may_tell=True)
    day = dt.timedelta(days=1)
    assert demands.watch_deadlines(by=None, today=made.due_on) == {"reminded": 0, "expired": 0}
    assert demands.watch_deadlines(by=None, today=made.due_on + day) == {"reminded": 1, "expired": 0}
    assert demands.watch_deadlines(by=None, today=made.silent_after) == {"reminded": 0, "expired": 0}
    assert demands.watch_deadlines(by=None, today=made.silent_after + day) == {"reminded": 0, "expired": 1}
    assert demands.watch_deadlines(by=None, today=made.silent_after + day) == {"reminded": 0, "expired": 0}
    assert kinds(made) == ["asked", "told", "reminded", "expired"]


def attachments(pdf: bytes) -> dict[str, bytes]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return {name: bytes(one.get_file().read_bytes()) for name, one in document.attachments.items()}


def test_the_statement_of_silence_is_sealed_and_its_proofs_hold(office):
    made = silent(office)
    pdf = demand_papers.statement_of_silence(by=office.person, demand=made)
    [seal] = read_seals(pdf)
    assert seal.intact, seal
    found = attachments(pdf)
    assert {name.split("-")[0] for name in found} == {"asked", "told", "reminded", "expired"}
    [log] = control_register.verifiers()
    for name, text in found.items():
        proof = TlogProof.parse(text.decode())
        leaf, opening = cbor2.loads(proof.extra)
        proof.verify(leaf, log)
        assert Leaf.decode(leaf).kind == f"demand_{name.split('-')[0]}"
        assert Opening.decode(opening).commitment == Leaf.decode(leaf).commitment


def test_there_is_no_statement_before_silence(office):
    made = demands.ask(by=office.person, employment=office.employment, may_tell=True)
    with pytest.raises(Conflict):
        demand_papers.statement_of_silence(by=office.person, demand=made)
    assert demand_papers.receipt(by=office.person, demand=made).startswith(b"%PDF")


def test_the_receipt_of_an_erased_person_says_nothing_in_the_register(office):
    made = demands.ask(by=office.person, employment=office.employment)
    entry = RegisterEntry.everything.get(pk=made.steps.get().entry_id)
    assert str(made.pk).encode() not in bytes(entry.leaf) and entry.kind == "demand_asked"


# --- through somebody else ------------------------------------------------------------------------------


def asked_for(office, by, **values):
    worker = office.employment.worker
    told = {
        "registry_number": worker.registry_number,
        "birth_on": worker.birth_on,
        "employer": office.employment.employer.name,
        "mandate": "power of attorney of 3 November",
    }
    return demands.ask_for(by=by, **{**told, **values})


def test_an_ngo_asks_with_a_mandate_and_sees_its_own_demands_only(office, caseworker, house):
    made = asked_for(office, caseworker)
    assert made.via == house.organisation(OrganisationKind.NGO)
    with acting_as(caseworker):
        assert Demand.objects.get() == made
    with acting_as(house.user(Role.CASE_WORKER, "second")):
        assert not Demand.objects.exists()
    with acting_as(office.clerk):
        assert not Demand.objects.exists()
    demands.allow_telling(by=caseworker, demand=made)
    assert "NGO" not in str(demand_papers.facts(made, for_employer=True))


@pytest.mark.parametrize(
    "wrong",
    [
        {"birth_on": dt.date(1950, 1, 1)},
        {"registry_number": "0123456789A"},
        {"employer": "nobody"},
        {"employer": " "},
        {"registry_number": ""},
    ],
)
def test_the_answer_does_not_tell_which_part_was_wrong(office, caseworker, wrong):
    with pytest.raises(Invalid) as refusal:
        asked_for(office, caseworker, **wrong)
    assert refusal.value.code == "nobody_found" and not Demand.everything.exists()


def test_a_name_or_a_part_of_the_number_is_no_number(office, caseworker):
    """With a name and a birth date an organisation could find out who is in the registry and where they worked."""
    worker = office.employment.worker
    for typed in (
        worker.family_name,
        f"{worker.family_name} {worker.given_name}",
        worker.registry_number[:6],
    ):
        with pytest.raises(Invalid) as refusal:
            asked_for(office, caseworker, registry_number=typed)
        assert refusal.value.code == "nobody_found"
    assert (
        asked_for(office, caseworker, registry_number=show(worker.registry_number)).employment
        == office.employment
    )


def test_no_mandate_no_demand(office, caseworker, house):
    with pytest.raises(Invalid):
        asked_for(office, caseworker, mandate=" ")
    for nobody in (office.clerk, house.user(Role.AUDITOR), house.user(Role.ARCHIVIST)):
        with pytest.raises(Refused):
            asked_for(office, nobody)


# --- employers that are gone ----------------------------------------------------------------------------


def follow(employer, successor):
    values = {"kind": "merger", "on": dt.date(2026, 1, 2)}
    employers.record_succession(by=None, employer=employer, successor=successor, **values)
    Employer.everything.filter(pk=employer.pk).update(liquidated_on=dt.date(2026, 1, 1))


def test_a_liquidated_employer_cannot_be_told_and_a_successor_is(office, house):
    employer = office.employment.employer
    employer.liquidated_on = dt.date(2026, 1, 1)
    employer.save()
    made = demands.ask(by=office.person, employment=office.employment, may_tell=True)
    assert made.told_on is None and kinds(made) == ["asked", "allowed"]
    demands.withdraw(by=office.person, demand=made)
    other = house.user(Role.EMPLOYER_CLERK, "second")
    follow(employer, between := Registry().employer(name="Between"))
    follow(between, Registry().employer(organisation=house.organisation(OrganisationKind.EMPLOYER, "second")))
    made = demands.ask(by=office.person, employment=office.employment, may_tell=True)
    assert made.told_on is not None
    with acting_as(other):
        assert made in Demand.objects.all()
    demands.acknowledge(by=other, demand=made)


def test_a_former_worker_may_ask(office):
    old = Registry().employment(office.employment.worker, Registry().employer())
    ledger.record_period(
        by=None,
        employment=old,
        start_on=dt.date(1999, 1, 1),
        end_on=dt.date(2001, 1, 1),
        position="жүк ташуучу",
    )
    assert demands.ask(by=office.person, employment=old).state == "asked"


# --- pages ----------------------------------------------------------------------------------------------


def test_the_worker_walks_from_asking_to_help(office, english, house):
    Partner.everything.create(
        organisation=house.organisation(OrganisationKind.NGO), takes_requests=True, is_public=True
    )
    english.force_login(office.person)
    asked = english.post(reverse("pensions:my_demands"), {"employment": office.employment.pk})
    made = Demand.everything.get()
    assert asked["Location"] == reverse("pensions:my_demand", args=[made.pk])
    page = english.get(asked["Location"]).content.decode()
    assert "does not see this demand" in page and made.number in page
    assert english.post(asked["Location"], {"act": "help", "agree": "on"}).status_code == 404
    assert english.post(asked["Location"], {"act": "allow"}).status_code == 302
    assert english.get(reverse("pensions:my_demand_receipt", args=[made.pk])).content.startswith(b"%PDF")
    assert english.get(reverse("pensions:my_demand_silence", args=[made.pk])).status_code == 400
    made.refresh_from_db()
    demands.watch_deadlines(by=None, today=made.silent_after + dt.timedelta(days=1))
    assert english.get(reverse("pensions:my_demand_silence", args=[made.pk])).content.startswith(b"%PDF")
    assert english.post(asked["Location"], {"act": "help", "contact": "+996555000000"}).status_code == 400
    steps = kinds(made)
    help_page = english.post(
        asked["Location"], {"act": "help", "contact": "+996555000000", "agree": "on"}
    ).content.decode()
    request = HelpRequest.everything.get()
    assert request.receipt in help_page and made.number in request.text
    assert request.name == office.employment.worker.full_name and request.channel == "call"
    assert kinds(made) == steps, "the registry does not learn that the worker went for help"
    assert request.receipt not in english.get(asked["Location"]).content.decode()


def test_the_employer_s_pages_show_what_the_worker_lets_it_see(office, english, house):
    made = demands.ask(by=office.person, employment=office.employment)
    hidden = reverse("pensions:employer_demand", args=[made.pk])
    english.force_login(office.clerk)
    assert english.get(hidden).status_code == 404
    assert (
        office.employment.worker.family_name
        not in english.get(reverse("pensions:employer_demands")).content.decode()
    )
    demands.allow_telling(by=office.person, demand=made)
    assert (
        office.employment.worker.family_name
        in english.get(reverse("pensions:employer_demands")).content.decode()
    )
    assert office.employment.worker.family_name in english.get(hidden).content.decode()
    assert english.post(hidden, {"act": "acknowledge"}).status_code == 302
    assert english.post(hidden, {"act": "refuse", "reason": ""}).status_code == 400
    assert english.post(hidden, {"act": "refuse", "reason": "never worked here"}).status_code == 302
    made.refresh_from_db()
    assert made.state == "refused"
    english.force_login(house.user(Role.EMPLOYER_CLERK, "second"))
    assert english.get(hidden).status_code in (403, 404)


def test_the_desk_of_an_ngo(office, caseworker, english):
    english.force_login(caseworker)
    worker = office.employment.worker
    form = {
        "registry_number": worker.registry_number,
        "birth_on": worker.birth_on.isoformat(),
        "employer": office.employment.employer.name,
        "mandate": "signed on 3 November",
    }
    answer = english.post(reverse("admin:pensions_demand_list_do", args=["ask-for"]), form)
    assert answer.status_code == 302
    assert worker.full_name in english.get(answer["Location"]).content.decode()
    base = answer["Location"].removesuffix("change/")
    assert english.post(f"{base}do/receipt/").content.startswith(b"%PDF")
    assert english.post(f"{base}do/allow/").status_code == 302
    english.force_login(office.clerk)
    assert english.get(answer["Location"]).status_code in (302, 403, 404)


def test_a_demand_that_is_changed_by_hand_is_named(office):
    from common.checks import questions

    ask = questions()["certificates.demand_differs"]
    made = demands.ask(by=office.person, employment=office.employment)
    told = silent_other(office)
    assert list(ask()) == []
    changes = (
        (made, {"state": "withdrawn"}),
        (told, {"state": "fulfilled"}),
        (told, {"due_on": dt.date(2031, 1, 1)}),
    )
    for demand, change in changes:
        before = {name: getattr(demand, name) for name in change}
        Demand.everything.filter(pk=demand.pk).update(**change)
        assert [one.object_id for one in ask()] == [str(demand.pk)], change
        Demand.everything.filter(pk=demand.pk).update(**before)
    assert list(ask()) == []


def silent_other(office) -> Demand:
    employment = Registry().employment(
        office.employment.worker,
        Registry().employer(organisation=office.house.organisation(OrganisationKind.EMPLOYER, "second")),
    )
    made = demands.ask(by=office.person, employment=employment, may_tell=True)
    demands.watch_deadlines(by=None, today=made.silent_after + dt.timedelta(days=1))
    return Demand.everything.get(pk=made.pk)
