import pytest

from monitoring.disclosure import Cell, Dimension, Table, TableError

SEX = Dimension.flat("SEX", "FM")
AREA = Dimension("REF_AREA", {"KG": None, "O1": "KG", "r1": "O1", "r2": "O1", "O2": "KG"})


def test_margins_are_computed_and_zeros_filled_in():
    table = Table.with_margins([AREA, SEX], {("r1", "F"): 1, ("O2", "M"): 5})
    assert len(table.cells) == 15
    assert table.cells["KG", "_T"].value == 6 and table.cells["O1", "M"].value == 0
    assert (("KG", "F"), (("O1", "F"), ("O2", "F"))) in table.relations


def test_a_margin_not_given_is_not_published():
    table = Table.build([SEX], {("F",): Cell(1), ("M",): Cell(2)})
    assert table.unpublished == {("_T",)} and table.published == (("F",), ("M",))


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({("F",): Cell(1), ("_T",): Cell(2)}, "margin_is_not_the_sum"),
        ({("X",): Cell(1)}, "unknown_code"),
        ({("F", "M"): Cell(1)}, "wrong_number_of_codes"),
        ({("F",): Cell(-1)}, "negative"),
    ],
)
def test_what_is_no_table(cells, code):
    with pytest.raises(TableError) as caught:
        Table.build([SEX], cells)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("parents", "code"),
    [({"a": None, "b": None}, "one_total_needed"), ({"a": None, "b": "c"}, "unknown_parent")],
)
def test_what_is_no_dimension(parents, code):
    with pytest.raises(TableError) as caught:
        Dimension("D", parents)
    assert caught.value.code == code


def test_merging_codes_adds_their_cells():
    flat = Dimension.flat("AREA", ["a", "b", "c"])
    table = Table.with_margins([flat, SEX], {("a", "F"): 1, ("b", "F"): 2, ("c", "M"): 4, ("a", "M"): 3})
    merged = table.coarsened("AREA", {"a": "ab", "b": "ab"})
    assert merged.cells["ab", "F"].value == 3 and merged.cells["ab", "_T"].value == 6
    assert merged.cells["_T", "_T"].value == 10 and not merged.unpublished
