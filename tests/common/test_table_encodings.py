"""Lines of one encoding inside a file of another."""

import random
from itertools import permutations

import pytest

from common.tables.cyrillic import TABLES
from common.tables.encoding import LOST
from common.tables.reader import open_table
from pensions import generator

CHANCE = random.Random(5)
PEOPLE = [generator._person(CHANCE, number, generator.FIRST_MONTH) for number in range(1_000)]
WAYS = {"as written": str, "capitals": str.upper}


def lines(columns=("family_name", "given_name", "patronymic", "position"), way=str):
    return ["Фамилия;Имя;Отчество;Должность;Номер\r\n"] + [
        ";".join([*(way(str(one[key])) for key in columns), *[""] * (4 - len(columns)), f"{place}\r\n"])
        for place, one in enumerate(PEOPLE)
    ]


def read(parts):
    with open_table(b"".join(parts)) as table:
        return [";".join(value or "" for value in row.values) + "\r\n" for row in table.rows()]


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize(("usual", "other"), list(permutations(TABLES, 2)))
def test_single_lines_of_another_table_far_inside_are_read_as_such(usual, other, way):
    text = lines(way=way)
    content = [line.encode(other if place % 150 == 149 else usual) for place, line in enumerate(text)]
    found = read(content)
    wrong = [(there, here) for there, here in zip(text[1:], found, strict=True) if there != here]
    assert not wrong


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("usual", TABLES)
def test_a_file_of_one_table_loses_no_line(usual, way):
    for columns in (("family_name",), ("family_name", "given_name", "patronymic")):
        text = lines(columns, way)
        assert read(line.encode(usual) for line in text) == text[1:]


def test_a_line_that_makes_as_much_sense_in_two_tables_is_not_guessed():
    """Read as windows-1251, the capitals of KOI8-R are small letters, and here such as are no rarer."""
    text = lines(("family_name", "given_name"), str.upper)
    content = [line.encode("cp1251") for line in text]
    text[400], text[500] = "Асанова;Жылдыз;;;399\r\n", "ШАРШЕНОВ;ШУМКАР;;;499\r\n"
    content[400], content[500] = (text[place].encode("koi8-r") for place in (400, 500))
    found = read(content)
    text[500] = f"{LOST * 8};{LOST * 6};;;499\r\n"
    assert found == text[1:]


def test_a_line_too_short_to_tell_belongs_to_those_around_it():
    text = lines()
    text[300:303] = [text[300], "ИП;;;;299\r\n", text[302]]
    whole = [line.encode("koi8-r" if place > 200 else "cp1251") for place, line in enumerate(text)]
    assert read(whole) == text[1:]
    between = [line.encode("koi8-r" if place in {300, 301} else "cp1251") for place, line in enumerate(text)]
    text[301] = f"{LOST * 2};;;;299\r\n"
    assert read(between) == text[1:]


# --- files put together, as by `copy a+b` ----------------------------------------------------------------

PARTS = [
    ("utf-8", "utf-16"),
    ("utf-8-sig", "utf-16"),
    ("cp1251", "utf-16"),
    ("utf-8", "utf-16-le"),
    ("utf-8-sig", "utf-16-be"),
    ("koi8-r", "utf-16-be"),
    ("utf-8", "utf-16", "cp1251"),
    ("utf-16", "utf-8", "utf-16"),
    ("utf-8", "utf-16", "utf-16-le"),
    ("utf-16", "utf-16"),
    ("utf-16-be", "utf-16"),
    ("utf-16", "koi8-r", "utf-8-sig"),
]


@pytest.mark.parametrize("rows", [20, 900], ids=["small", "large"])
@pytest.mark.parametrize("encodings", PARTS, ids="+".join)
def test_parts_of_files_put_together_are_each_read_in_their_encoding(encodings, rows):
    text, content = lines()[:rows], b""
    size = rows // len(encodings) + 1
    for place, encoding in enumerate(encodings):
        part = text[place * size : (place + 1) * size]
        content += "".join(part * (1 if rows < 50 else 8)).encode(encoding)
    found = read([content])
    assert not any(LOST in line for line in found)
    assert set(found) - {text[0]} == set(text[1:])


def test_a_part_whose_last_line_does_not_end_keeps_its_row():
    text = lines()
    first, second = "".join(text[:5]).rstrip().encode(), "".join([text[0], *text[5:9]]).encode("utf-16")
    assert read([first, second]) == text[1:9]


def test_a_part_that_is_no_text_spoils_its_own_lines():
    text, rubbish = lines(), bytes(place * 37 % 256 for place in range(3_000)).replace(b"\n", b"")
    found = read(["".join(text[:9]).encode(), b"\xff\xfe", rubbish, b"\r\n", "".join(text[9:20]).encode()])
    assert [line for line in found if LOST not in line and "\x01" not in line] == text[1:20]
