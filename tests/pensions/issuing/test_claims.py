"""What the employer states beside the ledger: each difference needs a reason and somebody else who takes it."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import Role
from common.errors import Conflict, Invalid, KozotError, Missing, Refused
from common.scoping import acting_as
from pensions.certificates.claim import Claim, ClaimedMonth, differences
from pensions.certificates.model import MonthRow, Work
from pensions.models import Contribution, EmployerClaim
from pensions.services import certificates, claims, ledger

pytestmark = pytest.mark.django_db

TABLE = """Месяц;Дней;Пенсионный взнос;Заработная плата;Налог
01.2025;19;10296,00;46800,00;6084,00
02.2025;28;10296,00;52000,00;6084,00
"""
YEAR = {"start_on": dt.date(2025, 1, 13), "end_on": dt.date(2025, 12, 26)}


@pytest.fixture
def draft(office):
    return office.draft()


def state(office, by=None, **values):
    return claims.state_claim(by=by or office.clerk, employment=office.employment, **{**YEAR, **values})


def full_year(**changes) -> list[ClaimedMonth]:
    rows = [ClaimedMonth(dt.date(2025, n, 1), wage=Decimal("46800.00") + n - 1) for n in range(1, 13)]
    return [ClaimedMonth(row.month, wage=changes.get(f"m{row.month.month}", row.wage)) for row in rows]


def found(draft) -> list[claims.Line]:
    return claims.lines(claims.claim_for(draft), certificates.draft_content(draft))


def places(draft) -> list[str]:
    return [one.difference.place for one in found(draft)]


def test_a_statement_that_agrees_hinders_nothing(office, draft):
    state(office, position="ШВЕЯ", rows=full_year())
    assert found(draft) == []
    assert certificates.issue_certificate(by=office.official, certificate=draft).state == "issued"


def test_differences_are_found_by_row_and_column(office, draft):
    state(office, table=TABLE.encode(), name="months.csv")
    assert places(draft) == ["2025-02 wage", *(f"2025-{n:02}" for n in range(3, 13))]
    wage = found(draft)[0].difference
    assert (wage.claimed, wage.held) == ("52\u00a0000,00", "46\u00a0801,00")


def test_an_unexplained_difference_blocks_the_issue_until_somebody_else_takes_it(office, draft):
    state(office, rows=full_year(m3=Decimal("50000.00")))
    place = ["2025-03 wage"]
    for step in ("before", "explained"):
        with pytest.raises(Conflict) as refusal:
            certificates.issue_certificate(by=office.official, certificate=draft)
        assert refusal.value.code == "claim_differs", step
        if step == "before":
            with pytest.raises(Conflict):
                claims.accept(by=office.official, certificate=draft, places=place)
            claims.explain(by=office.clerk, certificate=draft, places=place, reason="a bonus paid in April")
    claims.accept(by=office.official, certificate=draft, places=place)
    made = certificates.issue_certificate(by=office.official, certificate=draft)
    issue, _proof = certificates.unpack(made)
    assert issue.record.rows[2].wage == Decimal("46802.00"), "the certificate says what the ledger says"


def test_nobody_takes_the_own_word(office, draft):
    state(office, by=office.official, rows=full_year(m3=Decimal(1)))
    claims.explain(by=office.supervisor, certificate=draft, places=["2025-03 wage"], reason="a slip")
    for own in (office.official, office.supervisor):
        with pytest.raises(Refused):
            claims.accept(by=own, certificate=draft, places=["2025-03 wage"])
    with pytest.raises(Refused):  # an employer's clerk never accepts
        claims.accept(by=office.clerk, certificate=draft, places=["2025-03 wage"])


def test_a_reason_holds_for_the_figures_it_was_given_for(office, draft):
    state(office, rows=full_year(m3=Decimal("50000.00")))
    claims.explain(by=office.clerk, certificate=draft, places=["2025-03 wage"], reason="a bonus")
    claims.accept(by=office.official, certificate=draft, places=["2025-03 wage"])
    assert all(one.is_settled for one in found(draft))
    state(office, rows=full_year(m3=Decimal("90000.00")))
    assert not any(one.is_settled for one in found(draft)), "another claim, another reason"


def test_a_correction_of_the_ledger_ends_the_difference(office, draft):
    state(office, rows=full_year(m3=Decimal("50000.00")))
    old = Contribution.everything.current().get(employment=office.employment, month=dt.date(2025, 3, 1))
    ledger.correct(by=None, entry=old, reason="the bonus", wage=Decimal("50000.00"), base=Decimal("50000.00"))
    certificates.discard_draft(by=office.official, certificate=draft)
    assert certificates.issue_certificate(by=office.official, certificate=office.draft()).state == "issued"


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("Месяц;Налог\n01.2025;one\n", "cell_invalid"),
        ("Месяц;Налог\n01.2025;1\n01.2025;2\n", "month_twice"),
        ("Месяц;Налог\n;1\n", "month_missing"),
        ("Месяц;Налог\n01.2031;1\n", "month_outside"),
    ],
)
def test_a_table_that_cannot_be_read_names_the_row(office, table, code):
    with pytest.raises(Invalid) as refusal:
        state(office, table=table.encode(), name="months.csv")
    assert refusal.value.code == code and refusal.value.field == "file" and str(refusal.value)
    assert not EmployerClaim.everything.exists()


def test_who_may_state_and_who_may_see(office, draft, house):
    state(office)
    strangers = [
        house.user(Role.EMPLOYER_CLERK, "second"),
        house.user(Role.REGISTRY_OFFICIAL, "abroad", state="RU"),
        house.user(Role.AUDITOR),
        house.user(Role.CASE_WORKER),
        office.person,
    ]
    for stranger in strangers:
        with pytest.raises((Missing, Refused)):
            state(office, by=stranger)
        with acting_as(stranger):
            assert not EmployerClaim.objects.exists(), stranger
    for reader in (office.clerk, office.official):
        with acting_as(reader):
            assert EmployerClaim.objects.count() == 1


def test_the_desk_shows_both_sides_and_takes_the_words(office, draft, client, english):
    base = reverse("admin:pensions_certificate_changelist") + f"{draft.pk}/do/"
    client.force_login(office.clerk)
    posted = {
        "start_on": "2025-01-13",
        "end_on": "2025-12-26",
        "position": "закройщик",
        "file": SimpleUploadedFile("months.csv", TABLE.encode()),
    }
    assert client.post(f"{base}statement/", posted).status_code == 302
    answer = client.post(
        f"{base}explain/", {"places": ["position", "2025-02 wage"], "reason": "moved in June"}
    )
    assert answer.status_code == 302
    client.force_login(office.official)
    assert client.post(f"{base}accept/", {"places": ["position"]}).status_code == 302
    page = client.get(reverse("admin:pensions_certificate_change", args=[draft.pk])).content.decode()
    assert "закройщик" in page and "moved in June" in page and "02.2025: wage" in page
    assert "cannot be issued until" in page
    answer = client.post(f"{base}issue/", {"blank": ""})
    assert answer.status_code == 400 and "states something else" in answer.content.decode()


def test_what_is_not_stated_is_not_compared():
    work = Work("швея", dt.date(2025, 1, 13), dt.date(2025, 12, 26), "RU", declared=(0, 11, 14))
    rows = (MonthRow(dt.date(2025, 1, 1), 19, Decimal(1), Decimal(2), Decimal(3)),)
    assert differences(Claim(**YEAR), work, rows) == []
    assert [one.place for one in differences(Claim(**YEAR, declared=(1, 0, 0)), work, rows)] == ["declared"]
    other = Claim(
        YEAR["start_on"], dt.date(2025, 12, 31), "швея", None, (ClaimedMonth(dt.date(2025, 1, 1), 20),)
    )
    assert [one.place for one in differences(other, work, rows)] == ["end_on", "2025-01 days"]


def test_errors_are_the_house_s_own():
    with pytest.raises(KozotError):
        claims.read_months(b"%PDF-1.7 not a table", "x.pdf")
