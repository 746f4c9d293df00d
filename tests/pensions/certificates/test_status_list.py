"""Token status lists against the draft's vectors, and their signed form."""

import base64
import json
from datetime import UTC, datetime

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pensions.certificates.cose import CoseError
from pensions.certificates.keys import LocalSigner, generate_key
from pensions.certificates.status_list import (
    Status,
    StatusList,
    StatusListError,
    open_status_list,
    sign_status_list,
)
from tests.pensions.vectors import vector_dir

VECTORS = vector_dir("token-status-list")
NOW = datetime(2026, 5, 1, tzinfo=UTC)


def test_published_lists_in_json_and_cbor():
    vectors = json.loads((VECTORS() / "vectors.json").read_text())
    assert {vector["bits"] for vector in vectors} == {1, 2, 4, 8}
    for vector in vectors:
        for value in (
            {"bits": vector["bits"], "lst": vector["lst_base64url"]},
            cbor2.loads(bytes.fromhex(vector["cbor_hex"])),
        ):
            statuses = StatusList.from_map(value)
            assert len(statuses) == vector["size"]
            for index, status in vector["status"].items():
                assert statuses[int(index)] == status
            assert sum(statuses._data.count(n) for n in range(1, 256)) <= len(vector["status"])


def test_our_lists_equal_the_published_ones():
    for vector in json.loads((VECTORS() / "vectors.json").read_text()):
        statuses = StatusList(vector["size"], vector["bits"])
        for index, status in vector["status"].items():
            statuses[int(index)] = status
        assert StatusList.from_map(statuses.to_json())._data == StatusList.from_map(statuses.to_cbor())._data
        unpacked = StatusList.from_map({"bits": vector["bits"], "lst": vector["lst_base64url"]})
        assert statuses._data == unpacked._data


@given(st.dictionaries(st.integers(0, 199), st.integers(0, 3)))
def test_what_is_set_is_read(entries):
    statuses = StatusList(200)
    for index, status in entries.items():
        statuses[index] = status
    again = StatusList.from_map(statuses.to_json())
    assert [again[index] for index in range(200)] == [entries.get(index, 0) for index in range(200)]


def test_bounds():
    statuses = StatusList(4)
    for index in (-1, 4):
        with pytest.raises(StatusListError):
            _ = statuses[index]
    with pytest.raises(StatusListError):
        statuses[0] = 4
    with pytest.raises(StatusListError):
        StatusList(4, bits=3)
    statuses[3] = Status.REVOKED
    statuses.extend(9)
    assert (len(statuses), statuses[3], statuses[8]) == (12, Status.REVOKED, Status.VALID)


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"bits": 2},
        {"bits": 2, "lst": "!"},
        {"bits": 2, "lst": b"xx"},
        None,
        {"bits": 2, "lst": base64.urlsafe_b64encode(b"x").decode()},
    ],
)
def test_what_is_no_list(value):
    with pytest.raises(StatusListError):
        StatusList.from_map(value)


def test_the_signed_token():
    signer = LocalSigner(generate_key())
    statuses = StatusList(8)
    statuses[2] = Status.SUPERSEDED
    token = sign_status_list(statuses, uri="https://kozot.example/status/1", at=NOW, ttl=3600, signer=signer)
    opened = open_status_list(token, signer.public_key, uri="https://kozot.example/status/1")
    assert opened[2] == Status.SUPERSEDED
    with pytest.raises(StatusListError):
        open_status_list(token, signer.public_key, uri="https://kozot.example/status/2")
    with pytest.raises(CoseError):
        open_status_list(token, generate_key().public_key(), uri="https://kozot.example/status/1")


def test_a_million_certificates_are_one_small_download():
    statuses = StatusList(1_000_000)
    for index in range(0, 1_000_000, 100):
        statuses[index * 7919 % 1_000_000] = Status.REVOKED
    assert len(statuses.packed()) < 30_000
