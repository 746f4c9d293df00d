"""Employers: numbers, names at the time, industries, what became of them."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import Role
from common.errors import Conflict, Invalid, Refused
from common.tables.reader import open_table
from pensions import occupations
from pensions.enums import EmployerIdentifierKind, Scheme, SuccessionKind
from pensions.identifiers import read_employer
from pensions.models import (
    ClassificationCode,
    Contribution,
    EmployerName,
    EmployerSuccession,
    EmploymentPeriod,
)
from pensions.services import classifications, employers, ledger
from pensions.services.statement import statement
from tests.support.registry import Registry

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "text", "problem"),
    [
        ("RU-INN", "7707 083 893", ""),
        ("RU-INN", "7707083894", "check_digit"),
        ("RU-OGRN", "1027700132195", ""),
        ("RU-OGRN", "1027700132196", "check_digit"),
        ("RU-KPP", "7736 50 001", ""),
        ("RU-KPP", "7736AB001", ""),
        ("RU-KPP", "77365000A", "signs"),
        ("RU-KPP", "7736", "length"),
        ("KG-INN", "01207199310108", ""),
        ("KG-INN", "0120719931010", "length"),
        ("KZ-BIN", "990340000014", ""),
        ("KZ-BIN", "990340000015", "check_digit"),
        ("BY-UNP", "200988541", ""),
        ("BY-UNP", "200988542", "check_digit"),
        ("AM-TIN", "01234567", ""),
        ("AM-TIN", "O1234567", "signs"),
        ("TR-VKN", "4540536920", ""),
        ("TR-VKN", "4540536921", "check_digit"),
        ("KR-BRN", "116-82-00276", ""),
        ("UZ-INN", "30123456", "length"),
    ],
)
def test_numbers_of_every_state(kind, text, problem):
    assert read_employer(kind, text).problem == problem


def test_every_kind_of_number_has_a_rule():
    assert [kind for kind in EmployerIdentifierKind.values if not read_employer(kind, "x").problem] == []


def test_a_kpp_may_stand_twice_an_inn_may_not(db):
    one, other = Registry().employer(), Registry().employer()
    for employer in (one, other):
        employers.add_number(by=None, employer=employer, kind="RU-KPP", text="773601001")
    employers.add_number(by=None, employer=one, kind="RU-INN", text="7707083893")
    with pytest.raises(Conflict):
        employers.add_number(by=None, employer=other, kind="RU-INN", text="7707083893")


def test_the_isic_code_follows_from_the_national_one(db):
    made = employers.register_employer(by=None, state="KG", name="Тигүү цехи", national_industry="14.13")
    assert (made.industry, made.national_industry) == ("1410", "14.13")
    with pytest.raises(Invalid) as caught:
        employers.set_industry(by=None, employer=made, national_industry="zz")
    assert caught.value.field == "national_industry"


def test_a_finer_code_than_the_table_has_is_known_by_the_code_above(db):
    assert classifications.find(Scheme.ISCO08, "2411.6").code == "24"
    assert classifications.find(Scheme.GCED, "01.11.1").maps_to == "0111"
    assert classifications.find(Scheme.ISCO08, "x") is None


def test_every_industry_maps_to_one_that_exists(db):
    isic = set(ClassificationCode.objects.filter(scheme=Scheme.ISIC4).values_list("code", flat=True))
    for one in ClassificationCode.objects.filter(scheme=Scheme.GCED).exclude(maps_to=""):
        assert one.maps_to in isic, one
    for scheme in Scheme.values:
        rows = ClassificationCode.objects.filter(scheme=scheme)
        codes = set(rows.values_list("code", flat=True))
        assert [one.code for one in rows if one.parent and one.parent not in codes] == []


def test_the_name_at_the_time(db):
    employment = Registry().employment()
    employer, worker = employment.employer, employment.worker
    old = employer.name
    EmployerName.everything.create(employer=employer, name=old)
    for start, end in (("2020-01-01", "2020-12-31"), ("2021-01-01", "2021-12-31")):
        days = dt.date.fromisoformat(start), dt.date.fromisoformat(end)
        ledger.record_period(by=None, employment=employment, start_on=days[0], end_on=days[1])
    employers.rename_employer(by=None, employer=employer, name="ООО «Новое»", from_on=dt.date(2021, 1, 1))
    assert [one.employer for one in statement(by=None, worker=worker).periods] == [old, "ООО «Новое»"]
    with pytest.raises(Conflict):
        employers.rename_employer(by=None, employer=employer, name="X", from_on=dt.date(2020, 6, 1))


def test_a_chain_of_successors_with_dates(db):
    first, second, third, part = (Registry().employer() for _ in range(4))
    employers.liquidate_employer(
        by=None, employer=first, on=dt.date(2015, 6, 30), successor=second, document="order 7"
    )
    employers.liquidate_employer(by=None, employer=second, on=dt.date(2019, 12, 31), successor=third)
    employers.record_succession(
        by=None, employer=first, successor=part, kind=SuccessionKind.SEPARATION, on=dt.date(2014, 1, 1)
    )
    links = employers.chain(first)
    assert [(one.successor, one.on) for one in links] == [
        (part, dt.date(2014, 1, 1)),
        (second, dt.date(2015, 7, 1)),
        (third, dt.date(2020, 1, 1)),
    ]
    assert [one.employer for one in employers.chain(third, back=True)] == [first, second]
    with pytest.raises(Conflict):
        employers.record_succession(
            by=None, employer=third, successor=first, kind=SuccessionKind.MERGER, on=dt.date(2021, 1, 1)
        )


def test_the_record_outlives_the_employer(db):
    employment = Registry().employment()
    ledger.record_period(
        by=None, employment=employment, start_on=dt.date(2020, 1, 1), end_on=dt.date(2020, 12, 31)
    )
    ledger.record_contribution(
        by=None, employment=employment, month=dt.date(2020, 3, 1), currency="RUB", accrued=10
    )
    heir = Registry().employer()
    employers.liquidate_employer(
        by=None, employer=employment.employer, on=dt.date(2020, 12, 31), successor=heir
    )
    [period] = statement(by=None, worker=employment.worker).periods
    assert period.employer == employment.employer.name
    assert Contribution.everything.current().get().employment == employment


def test_a_liquidation_that_was_none(db, journal):
    first, second = Registry().employer(), Registry().employer()
    employers.liquidate_employer(by=None, employer=first, on=dt.date(2020, 1, 1), successor=second)
    employers.take_back_liquidation(by=None, employer=first, reason="another firm of that name")
    first.refresh_from_db()
    assert first.liquidated_on is None and employers.chain(first) == []
    assert EmployerSuccession.everything.get().withdrawn_at
    assert journal(reason="another firm of that name").exists()
    employers.liquidate_employer(by=None, employer=first, on=dt.date(2021, 1, 1), successor=second)


def test_what_was_separated_before_a_false_liquidation_stays(db):
    first, part, heir = (Registry().employer() for _ in range(3))
    employers.record_succession(
        by=None, employer=first, successor=part, kind=SuccessionKind.SEPARATION, on=dt.date(2014, 1, 1)
    )
    employers.liquidate_employer(by=None, employer=first, on=dt.date(2020, 1, 1), successor=heir)
    employers.take_back_liquidation(by=None, employer=first, reason="another firm of that name")
    first.refresh_from_db()
    assert [link.successor for link in employers.chain(first)] == [part]
    assert (first.liquidated_on, first.successor) == (None, part)


def test_the_page_of_an_employer(house, client, django_assert_max_num_queries):
    first, second = Registry().employer(industry="F"), Registry().employer()
    employers.liquidate_employer(by=None, employer=first, on=dt.date(2020, 1, 1), successor=second)
    client.force_login(house.user(Role.REGISTRY_OFFICIAL))
    with django_assert_max_num_queries(25):
        page = client.get(reverse("admin:pensions_employer_change", args=[first.pk]))
    assert second.name in page.text and "Курулуш" in page.text


# --- tables of codes --------------------------------------------------------------------------------

TABLE = """scheme;code;level;parent;title_ky;title_ru;title_en
isco08;24;2;2;Бизнес адистери;Специалисты;Business professionals
isco08;2411;4;241;Бухгалтерлер;Бухгалтеры;Accountants
"""


def test_a_table_is_checked_then_recorded(db, house):
    by = house.user(Role.REGISTRY_SUPERVISOR)
    counts = classifications.import_table(by=by, content=TABLE.encode(), only_check=True)
    assert (counts["new"], counts["changed"], counts["wrong"]) == (1, 1, [])
    assert not ClassificationCode.objects.filter(code="2411").exists()
    classifications.import_table(by=by, content=TABLE.encode(), only_check=False)
    assert str(ClassificationCode.objects.get(scheme="isco08", code="2411").title_ru) == "Бухгалтеры"
    again = classifications.import_table(by=by, content=TABLE.encode(), only_check=False)
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, 2)
    assert classifications.find(Scheme.ISCO08, "2411.6").code == "2411"


def test_a_wrong_row_is_named_and_nothing_is_recorded(db, house):
    by = house.user(Role.REGISTRY_SUPERVISOR)
    content = (TABLE + "isco99;1;1;;;;Nothing\n").encode()
    counts = classifications.import_table(by=by, content=content, only_check=True)
    assert [line for line, _text in counts["wrong"]] == [4]
    with pytest.raises(Invalid, match="Line 4"):
        classifications.import_table(by=by, content=content, only_check=False)
    assert not ClassificationCode.objects.filter(code="2411").exists()


def test_a_table_goes_out_safely_and_comes_back(db, house):
    by = house.user(Role.REGISTRY_SUPERVISOR)
    row = ClassificationCode.objects.get(scheme="isco08", code="24")
    row.title_en = "=HYPERLINK(1)"
    row.save()
    content = classifications.export_table(by=by, scheme="isco08", file_format="xlsx")
    with open_table(content) as table:
        rows = [list(one.values) for one in table.rows()]
    assert len(rows) == 53 and any("=HYPERLINK(1)" in cells for cells in rows)
    counts = classifications.import_table(by=by, content=content, only_check=True)
    assert (counts["new"], counts["changed"], counts["wrong"]) == (0, 0, [])


def test_who_may_import_and_export(house, client):
    client.force_login(house.user(Role.ANALYST))
    base = "admin:pensions_classificationcode_list_do"
    file = SimpleUploadedFile("codes.csv", TABLE.encode())
    assert client.post(reverse(base, args=["import"]), {"file": file}).status_code == 403
    assert (
        client.post(reverse(base, args=["export"]), {"scheme": "isco08", "file_format": "csv"}).status_code
        == 200
    )
    with pytest.raises(Refused):
        classifications.import_table(by=house.user(Role.REGISTRY_OFFICIAL), content=b"", only_check=True)
    client.force_login(house.user(Role.REGISTRY_SUPERVISOR))
    file = SimpleUploadedFile("codes.csv", TABLE.encode())
    page = client.post(reverse(base, args=["import"]), {"file": file, "only_check": "on"})
    assert page.status_code == 200 and "2411" not in page.text
    client.force_login(house.user(Role.CASE_WORKER))
    assert client.post(reverse(base, args=["export"]), {"file_format": "csv"}).status_code == 403


@pytest.mark.parametrize("code", ["2", "24", "241", "2411", "2411.6", "2611.8", "1120.9", "0110"])
def test_codes_of_occupations_that_there_are(db, code):
    assert occupations.problem(code, classifications.codes(Scheme.ISCO08)) == ""


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        *(("XY", "occupation_form"), ("24116", "occupation_form"), ("241.6", "occupation_form")),
        *(("2411.66", "occupation_form"), ("٢٤", "occupation_form"), ("27", "occupation_unknown")),
        *(("8999.1", "occupation_unknown"), ("04", "occupation_unknown")),
        *(("2411.5", "occupation_digit"), ("2611.0", "occupation_digit"), ("4211.6", "occupation_digit")),
    ],
)
def test_codes_of_occupations_that_there_are_not(db, code, problem):
    assert occupations.problem(code, classifications.codes(Scheme.ISCO08)) == problem


def test_every_code_has_one_check_digit():
    for group in range(1000, 10000):
        right = [d for d in range(10) if not occupations.problem(f"{group}.{d}", frozenset())]
        assert len(right) == 1, group


def test_a_code_from_before_does_not_stand_in_the_way_of_a_correction(db):
    employment, day = Registry().employment(), dt.date(2024, 1, 1)
    old = EmploymentPeriod.everything.create(
        employment=employment,
        worker_id=employment.worker_id,
        state="RU",
        start_on=day,
        effective_on=day,
        occupation="2411.5",
    )
    new = ledger.correct(by=None, entry=old, reason="y", position="бухгалтер", occupation="2411.5")
    assert (new.occupation, new.position) == ("2411.5", "бухгалтер")
    with pytest.raises(Invalid) as raised:
        ledger.correct(by=None, entry=new, reason="z", occupation="2411.4")
    assert raised.value.code == "occupation_digit"


def test_an_empty_table_of_occupations_refuses_no_code_of_the_right_form():
    assert occupations.problem("9999", frozenset()) == ""
