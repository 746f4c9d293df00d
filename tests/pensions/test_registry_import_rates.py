# ruff: noqa: F811 (fixtures of the other module are named as arguments)
"""The rate of contribution in a file: read as people write it, kept in the ledger, compared and checked."""

from decimal import Decimal

import pytest

from pensions import generator
from pensions.imports import cells
from pensions.imports.cells import RowProblem
from pensions.models import Contribution, StagedRow, Worker

from .test_registry_checks import asked, details
from .test_registry_import import accept, employer, official, private_files, send, supervisor  # noqa: F401

RATED = {"rate": Decimal("30"), "base": Decimal("1000.00"), "accrued": Decimal("300.00")}


def made(**values) -> generator.WorkFile:
    """Months of one person, the first of them with these values."""
    work = generator.make(seed=3, workers=1, wrong_share=0)
    work.rows[0] |= RATED | values
    return work


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("22", "22"),
        ("22,5", "22.5"),
        ("22,125 %", "22.125"),
        (" 30% ", "30"),
        (22.0, "22"),
        ("100,0", "100.0"),
        ("0,2", "0.2"),
        ("", None),
        ("-", None),
    ],
)
def test_as_people_write_it(written, kept):
    assert cells.rate(written) == kept


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("0", "rate"),
        ("100,001", "rate"),
        ("-5", "rate"),
        ("22,1234", "rate_too_precise"),
        ("двадцать", "not_a_number"),
    ],
)
def test_what_is_no_rate_is_named(written, problem):
    with pytest.raises(RowProblem) as refused:
        cells.rate(written)
    assert (refused.value.code, refused.value.column) == (problem, "rate")


@pytest.mark.django_db
def test_a_rate_reaches_the_ledger(send, accept):
    work = made()
    run = accept(send(generator.to_csv(work)))
    assert run.counts["applied"] == len(work.rows)
    assert set(Contribution.everything.values_list("rate", flat=True)) == {Decimal("30.000")}
    assert not asked("accrued_differs")


@pytest.mark.django_db
def test_an_amount_that_does_not_follow_is_found(send, accept):
    accept(send(generator.to_csv(made(rate=Decimal("22")))))
    month = f"{made().rows[0]['month']:%Y-%m}"
    assert details("accrued_differs")["spans"] == [[month, month]]


@pytest.mark.django_db
def test_another_rate_is_a_difference(send, accept):
    accept(send(generator.to_csv(made())))
    other = generator.to_csv(made(rate=Decimal("22")))
    run = send(other, "again.csv")
    assert (run.counts["known"], run.counts["rejected"]) == (len(made().rows) - 1, 1)
    rejected = StagedRow.objects.get(run=run, state="rejected")
    assert (rejected.problem, rejected.number) == ("differs_from_record", 4)
    accept(send(other, "corrected.csv", entries="correction"))
    assert Contribution.everything.current().filter(rate=22).count() == 1
    assert Contribution.everything.filter(version=2).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ({"rate": Decimal("0.3")}, "30"),  # as spreadsheets keep 30 %
        ({"rate": Decimal("0.2"), "accrued": Decimal("2.00")}, "0.2"),  # insurance against accidents
        ({"rate": Decimal("0.3"), "accrued": Decimal("77.00")}, None),
        ({"rate": Decimal("0.3"), "base": None}, None),
    ],
)
def test_a_rate_below_one_is_held_against_the_amount(send, accept, told, kept):
    run = send(generator.to_csv(made(**told)))
    if kept is None:
        rejected = StagedRow.objects.get(run=run, state="rejected")
        assert (rejected.problem, rejected.problem_field) == ("rate_unclear", "rate")
        return
    accept(run)
    assert Contribution.everything.order_by("month").first().rate == Decimal(kept)


@pytest.mark.django_db
def test_the_place_of_birth_of_new_people_is_read(send, accept):
    lines = generator.to_csv(made()).decode("cp1251").splitlines()
    header = next(place for place, line in enumerate(lines) if line.startswith("№"))
    lines[header] += ";Место рождения"
    lines[header + 1 :] = [line + ";г. Ош" for line in lines[header + 1 :]]
    accept(send("\r\n".join(lines).encode("cp1251")))
    assert Worker.everything.get().birth_place == "г. Ош"
