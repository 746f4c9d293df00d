"""Work over connections beside the caller's own."""

import threading
import time

import pytest
from django.db import connection

from common.side_by_side import SideBySide


def test_as_many_pieces_at_once_as_were_asked_for():
    both, most = threading.Barrier(2, timeout=5), []
    running = threading.Semaphore(2)

    def work(number):
        assert running.acquire(blocking=False), "a third one runs"
        if number < 2:
            both.wait()
        most.append(number)
        running.release()

    with SideBySide(2) as others:
        for number in range(6):
            others.begin(work, number)
    assert sorted(most) == list(range(6))


def test_what_goes_wrong_is_raised_at_the_next_piece_or_at_the_end():
    def wrong():
        raise ValueError("first")

    done = []
    with pytest.raises(ValueError, match="first"), SideBySide(1) as others:
        others.begin(wrong)
        others.begin(done.append, 1)
    assert not done
    with pytest.raises(ValueError, match="first"), SideBySide(1) as others:
        others.begin(wrong)


def test_the_callers_own_mistake_goes_first_and_waits_for_the_others():
    go, done = threading.Event(), []

    def slow():
        go.wait(5)
        done.append(1)
        raise ValueError("second")

    with pytest.raises(KeyError), SideBySide(2) as others:
        others.begin(slow)
        go.set()
        raise KeyError("first")
    assert done == [1]


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_each_piece_has_a_connection_of_its_own_that_is_closed():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    pids = []

    def work():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pids.append(cursor.fetchone()[0])

    with SideBySide(2) as others:
        others.begin(work)
        others.begin(work)
    work()
    assert len(set(pids)) == 3
    ask = "SELECT COUNT(*) FROM pg_stat_activity WHERE pid = ANY(%s)"
    for _wait in range(100):  # the server lets a session go in its own time
        with connection.cursor() as cursor:
            cursor.execute(ask, [pids[:2]])
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.05)
    pytest.fail("a connection was left open")
