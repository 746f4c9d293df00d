"""The archive: stamped at issue or later, renewed over decades, read every night, drilled."""

import datetime as dt
import json

import pytest
import time_machine
from django.core.management import call_command

from common import files
from common.errors import Conflict
from common.models import Job, StoredFile
from pensions.certificates.seal import read_seals
from pensions.models import CertificatePrint, PrintStamp
from pensions.services import print_archive, signing_keys, time_stamping, verification
from tests.pensions.time_stamps import Authority, served

pytestmark = pytest.mark.django_db
DOWN = "http://127.0.0.1:9/"


@pytest.fixture
def believe(settings, tmp_path):
    """Puts an authority's certificate where the believed ones lie."""
    folder = tmp_path / "believed"
    folder.mkdir()
    settings.TIMESTAMP_TRUST = str(folder)

    def add(authority: Authority) -> None:
        number = len(list(folder.iterdir()))
        (folder / f"{number}.der").write_bytes(authority.certificate)

    return add


@pytest.fixture(scope="module")
def authority():
    return Authority()


def renewed(run_jobs):
    assert print_archive.schedule_renewal() is not None
    assert run_jobs() == ["succeeded"]
    return Job.everything.filter(kind=print_archive.RENEW).order_by("created_at").last().result


def test_an_authority_that_answers_stamps_the_seal_itself(office, authority, believe, settings, run_jobs):
    believe(authority)
    with served(authority) as address:
        settings.TIMESTAMP_AUTHORITIES = [DOWN, address]
        made = office.issued()
        [stamp] = read_seals(office.pdf(made))[0].stamps
        assert not stamp.document
        assert renewed(run_jobs) == {"stamped": 1, "failed": 0}
        assert print_archive.schedule_renewal() is None, (
            "the stamp inside the seal is noted, and nothing is due"
        )
    assert PrintStamp.everything.get().number == 0
    verdict = verification.verify_file(by=None, data=office.pdf(made))
    assert verdict.valid and verdict.stamped_at is not None


def test_an_outage_never_stops_the_issue_and_the_stamp_comes_later(
    office, authority, believe, settings, run_jobs
):
    believe(authority)
    settings.TIMESTAMP_AUTHORITIES = [DOWN]
    made = office.issued()
    sealed = office.pdf(made)
    assert read_seals(sealed)[0].intact and read_seals(sealed)[0].stamps == ()
    assert print_archive.unstamped() == 1
    assert renewed(run_jobs) == {"stamped": 0, "failed": 1}
    time_stamping.cache.clear()
    with served(authority) as address:
        settings.TIMESTAMP_AUTHORITIES = [address]
        assert renewed(run_jobs) == {"stamped": 1, "failed": 0}
    stamped = office.pdf(made)
    assert stamped.startswith(sealed) and stamped != sealed, (
        "the download is the newest copy; the sealed bytes stay"
    )
    [stamp] = read_seals(stamped)[0].stamps
    assert stamp.document and print_archive.unstamped() == 0
    verdict = verification.verify_file(by=None, data=stamped)
    assert verdict.valid and verdict.stamped_at == stamp.at
    assert verification.verify_file(by=None, data=sealed).valid


def test_a_stamp_of_an_unknown_authority_is_told_and_not_believed(office, authority, settings):
    with served(authority) as address:
        settings.TIMESTAMP_AUTHORITIES = [address]
        pdf = office.pdf(office.issued())
    verdict = verification.verify_file(by=None, data=pdf)
    assert verdict.valid and verdict.stamped_at is None
    assert "stamp_of_stranger" in {reason.code for reason in verdict.reasons}


def test_a_stolen_seal_key_leaves_what_was_stamped_or_archived_before(office, authority, believe, settings):
    believe(authority)
    with served(authority) as address:
        settings.TIMESTAMP_AUTHORITIES = [address]
        stamped = office.issued()
        before = office.pdf(stamped)
    settings.TIMESTAMP_AUTHORITIES = []
    unstamped = office.pdf(office.issued())
    key = signing_keys.current(office.organisation, "seal")
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=1), tick=False):
        signing_keys.declare_compromised(by=office.supervisor, key=key, reason="stolen")
        assert verification.verify_file(by=None, data=before).valid
        online = verification.verify_file(by=None, data=unstamped)
        assert online.valid and "seal_in_archive" in {reason.code for reason in online.reasons}
        trust = print_archive.offline_trust()
        offline = print_archive.verify(unstamped, trust, at=dt.datetime.now(dt.UTC))
        assert offline.code == "key_compromised"
        assert print_archive.verify(before, trust, at=dt.datetime.now(dt.UTC)).valid
        with pytest.raises(Conflict):
            office.issued()


def test_the_nightly_reading_names_what_is_gone_or_changed(office, run_jobs, settings):
    pdfs = [office.issued() for _ in range(3)]
    assert print_archive.schedule_fixity() is not None and print_archive.schedule_fixity() is None
    assert run_jobs() == ["succeeded"]
    assert Job.everything.get(kind=print_archive.FIXITY).result == {
        "checked": 3,
        "held": 3,
        "erased": 0,
        "damaged": [],
    }
    one, two, three = (CertificatePrint.everything.get(certificate=made).file for made in pdfs)
    files.path_of(one.address).unlink()
    data = bytearray(files.path_of(two.address).read_bytes())
    data[100] ^= 1
    files.path_of(two.address).write_bytes(bytes(data))
    StoredFile.objects.filter(pk=three.pk).update(sha256="0" * 64)
    print_archive.schedule_fixity()
    run_jobs()
    found = {answer.code for answer in print_archive.last_damages()}
    assert found == {"archive_file_missing", "archive_file_changed", "archive_hash_differs"}


def test_the_drill_says_how_many_hold(office, capsys, tmp_path):
    good, bad = office.issued(), office.issued()
    call_command("archive_drill")
    said = json.loads(capsys.readouterr().out)
    assert (said["certificates"], said["held"], said["failed"]) == (2, 2, [])
    files.path_of(CertificatePrint.everything.get(certificate=bad).file.address).unlink()
    with pytest.raises(SystemExit) as end:
        call_command("archive_drill")
    said = json.loads(capsys.readouterr().out)
    assert end.value.code == 1 and said["held"] == 1
    assert [one["number"] for one in said["failed"]] == [bad.number] and good.number != bad.number


POLICY = """
algorithms:
  - {name: sha256, from: 2000-01-01, until: 2040-12-31}
  - {name: sha384, from: 2000-01-01, until: 2060-12-31}
  - {name: sha512, from: 2000-01-01, until: null}
  - {name: ec-256, from: 2000-01-01, until: 2035-12-31}
  - {name: rsa-1024, from: 2000-01-01, until: null}
stamps:
  - {from: 2000-01-01, digest: sha256}
  - {from: 2039-01-01, digest: sha384}
  - {from: 2059-01-01, digest: sha512}
"""


@pytest.mark.parametrize("nights", ["kept", "forgotten"])
def test_seventy_five_years_through_generations_of_algorithms(
    office, believe, settings, tmp_path, run_jobs, monkeypatch, nights
):
    """The clock jumps year by year to 2101: authorities come and go every fifteen years, hashes every twenty."""
    settings.SIGNATURE_POLICY = tmp_path / "policy.yaml"
    settings.SIGNATURE_POLICY.write_text(POLICY)
    settings.TIMESTAMP_AUTHORITIES = ["in this test"]
    authorities = {}

    def authority_of(year: int) -> Authority:
        first = 2026 + (year - 2026) // 15 * 15
        if first not in authorities:
            span = {"valid_from": dt.date(first, 1, 1), "valid_until": dt.date(first + 16, 12, 31)}
            authorities[first] = Authority(f"TSA {first}", bits=1024, **span)
            believe(authorities[first])
        return authorities[first]

    monkeypatch.setattr(time_stamping, "stamper", lambda: authority_of(dt.date.today().year).stamper())
    start = dt.datetime.now(dt.UTC)
    made = office.issued()
    sealed = office.pdf(made)
    for year in range(start.year, 2102):
        if nights == "forgotten" and 2040 < year < 2060:
            continue
        with time_machine.travel(dt.datetime(year, 12, 1, tzinfo=dt.UTC), tick=True):
            if print_archive.schedule_renewal() is not None:
                assert run_jobs() == ["succeeded"]
    with time_machine.travel(dt.datetime(2101, 12, 2, tzinfo=dt.UTC), tick=True):
        said = print_archive.drill()
        stamps = read_seals(office.pdf(made))[0].stamps
        assert office.pdf(made).startswith(sealed)
    assert len(stamps) >= 5 and {stamp.digest for stamp in stamps} == {"sha256", "sha384", "sha512"}
    if nights == "kept":
        assert (said["held"], said["failed"]) == (1, [])
    else:
        faults = {fault.split()[0] for fault in said["failed"][0]["faults"]}
        assert {"authority_ended"} <= faults, "twenty years without a stamp cannot be made good later"


def test_a_policy_without_a_hash_that_is_believed_stamps_nothing(
    office, believe, authority, settings, tmp_path, run_jobs
):
    settings.SIGNATURE_POLICY = tmp_path / "policy.yaml"
    settings.SIGNATURE_POLICY.write_text(POLICY.replace("2040-12-31", "2020-12-31"))
    with served(authority) as address:
        office.issued()
        settings.TIMESTAMP_AUTHORITIES = [address]
        assert renewed(run_jobs) == {"stamped": 0, "failed": 1}
    said = print_archive.drill()
    assert said["held"] == 0 and said["failed"][0]["faults"] == ["algorithm_ended sha256"]
