"""Items that are made in a thread while the last one is used."""

import threading

import pytest
from django.utils import translation

from common.ahead import ahead


def test_all_items_come_in_their_order():
    assert list(ahead(range(50))) == list(range(50))
    assert list(ahead([])) == []


def test_the_next_item_is_made_while_the_last_one_is_used():
    begun = threading.Event()

    def items():
        yield 1
        begun.set()
        yield 2

    made = ahead(items())
    assert next(made) == 1
    assert begun.wait(5), "the second one is begun though nobody has asked for it"
    assert next(made) == 2


def test_no_more_than_one_item_is_made_in_advance():
    made = []

    def items():
        for number in range(10):
            made.append(number)
            yield number

    coming = ahead(items())
    assert next(coming) == 0 and next(coming) == 1
    coming.close()
    assert made == [0, 1, 2]


def test_what_goes_wrong_is_raised_at_its_place():
    def items():
        yield 1
        raise ValueError("damaged")

    coming = ahead(items())
    assert next(coming) == 1
    with pytest.raises(ValueError, match="damaged"):
        next(coming)


def test_items_are_made_in_the_callers_language():
    with translation.override("ky"):
        assert list(ahead(translation.get_language() for _once in range(2))) == ["ky", "ky"]


def test_no_thread_is_left_behind_by_a_reader_that_gives_up():
    coming = ahead(range(1_000))
    next(coming)
    coming.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ahead")]
