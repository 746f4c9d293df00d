"""A backup restores elsewhere, to the letter; what was changed, or is for another key, does not."""

import io
import os

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from common import backup, files
from common.backup import databases, facts, layout
from common.journal import services as journal
from common.keys.vault import new_pair
from common.models import StoredFile, SubjectKey
from tests.pensions.issuing.desk_of_issue import make_office


@pytest.fixture
def key(tmp_path, settings, capsys):
    """The file of the private key; the settings name the public one."""
    file = tmp_path / "backup.key"
    call_command("backup_key", str(file))
    settings.BACKUP_TO = capsys.readouterr().out.strip().removeprefix("KOZOT_BACKUP_TO=")
    settings.BACKUP_DIR, settings.MEDIA_ROOT = tmp_path / "backups", tmp_path / "files"
    return file


def drill(key, folder, *names, capsys) -> str:
    """Output of the drill, which runs in processes of its own on an empty place of the same kind."""
    call_command(
        "restore_drill", *names, folder=folder, key=key, server=os.environ.get("TEST_DATABASE_URL") or None
    )
    return capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_the_drill_restores_everything_and_destroys_again_what_was_erased(
    house, key, settings, monkeypatch, capsys
):
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "config.settings.development")
    office = make_office(house)
    certificate = office.issued()
    office.pdf(certificate)
    journal.seal()
    extra = files.store(b"words of a person", name="words.txt", media_type="text/plain")

    call_command("backup", folder=settings.BACKUP_DIR)
    first = layout.Repository(settings.BACKUP_DIR).names()[0]
    stored = StoredFile.objects.count()
    assert f"{stored} files ({stored} new)" in capsys.readouterr().out
    extra.key.destroy()
    call_command("backup", folder=settings.BACKUP_DIR)
    assert "(0 new)" in capsys.readouterr().out, "a file is copied once"

    said = drill(key, settings.BACKUP_DIR, first, capsys=capsys)
    assert " 0 differ" in said and f"{stored} files" in said and "1 keys destroyed again" in said
    assert f"head {journal.head().digest}" in said, "the journal's chain holds there, with the same head"
    assert '"damages": []' in said
    assert (settings.BACKUP_DIR / first / "drilled").exists()


@pytest.mark.django_db(transaction=True)
def test_a_backup_holds_nothing_in_clear_and_refuses_a_full_place(house, key, settings, capsys):
    office = make_office(house)
    call_command("backup", folder=settings.BACKUP_DIR)
    folder = layout.Repository(settings.BACKUP_DIR).choose()
    name = office.employment.worker.family_name.encode()
    for path in settings.BACKUP_DIR.rglob("*"):
        assert path.is_dir() or name not in path.read_bytes(), path
    with pytest.raises(CommandError, match=r"exists|has tables"):
        call_command("restore", folder=settings.BACKUP_DIR, key=key)
    about = (folder / "about.json").read_text()
    assert str(settings.BACKUP_TO) not in about


def test_without_a_key_a_backup_says_what_to_do(settings, tmp_path):
    settings.BACKUP_TO = ""
    with pytest.raises(CommandError, match="backup_key"):
        call_command("backup", folder=tmp_path)


@pytest.mark.parametrize("size", [0, 1, 15, 1024 * 1024, 1024 * 1024 + 1])
def test_a_sealed_stream_opens_whole_and_only_with_its_key(tmp_path, size):
    private, public = new_pair()
    content = os.urandom(size)
    told = layout.write_sealed(io.BytesIO(content), tmp_path / "part", public, "test")
    assert told["size"] == (tmp_path / "part").stat().st_size
    assert b"".join(layout.read_sealed(tmp_path / "part", private, "test")) == content
    with pytest.raises(backup.Damaged, match="another key"):
        b"".join(layout.read_sealed(tmp_path / "part", new_pair()[0], "test"))
    with pytest.raises(backup.Damaged, match="changed"):
        b"".join(layout.read_sealed(tmp_path / "part", private, "of another backup"))


@pytest.mark.parametrize("harm", ["cut", "flip", "swap"])
def test_a_changed_stream_does_not_open(tmp_path, harm):
    private, public = new_pair()
    path = tmp_path / "part"
    layout.write_sealed(io.BytesIO(os.urandom(3 * 1024 * 1024)), path, public, "test")
    data = bytearray(path.read_bytes())
    frame = 1024 * 1024 + 28
    start = len(data) - 3 * frame
    if harm == "cut":
        data = data[:-frame]
    elif harm == "flip":
        data[start + 5] ^= 1
    else:
        data[start : start + 2 * frame] = (
            data[start + frame : start + 2 * frame] + data[start : start + frame]
        )
    path.write_bytes(bytes(data))
    with pytest.raises(backup.Damaged, match="changed"):
        b"".join(layout.read_sealed(path, private, "test"))


def test_old_backups_go_with_the_files_that_no_other_needs(tmp_path):
    repository = layout.Repository(tmp_path)
    for name, address in (("1", "aa11"), ("2", "aa22"), ("3", "aa22")):
        with repository.new(name) as folder:
            (folder / "addresses").write_text(f"{address}\n")
            (folder / "about.json").write_text("{}")
        repository.file(address).parent.mkdir(parents=True, exist_ok=True)
        repository.file(address).write_text("sealed")
    with pytest.raises(ZeroDivisionError), repository.new("4"):
        _ = 1 / 0
    assert repository.prune(2) == ["1"]
    assert repository.names() == ["2", "3"]
    assert repository.file("aa22").exists() and not repository.file("aa11").exists()


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_not_on_disk_is_named_and_a_changed_one_stops(house, key, settings, capsys):
    lost = files.store(b"one", name="a", media_type="text/plain")
    files.path_of(lost.address).unlink()
    with pytest.raises(SystemExit):
        call_command("backup", folder=settings.BACKUP_DIR)
    assert lost.address in capsys.readouterr().err
    changed = files.store(b"two", name="b", media_type="text/plain")
    files.path_of(changed.address).write_bytes(b"other")
    with pytest.raises(CommandError, match="was changed"):
        call_command("backup", folder=settings.BACKUP_DIR)
    assert not list(settings.BACKUP_DIR.glob("*.part")), "half a backup does not stay"


@pytest.mark.django_db(transaction=True)
def test_facts_see_what_is_missing(house):
    """Counts and sums of the snapshot against those of a place with a row less."""
    key = SubjectKey.new()
    key.save()
    with databases.snapshot("default") as one:
        before = facts.gather("default", one.cursor)
        one.stream.read()
    SubjectKey.objects.filter(pk=key.pk).delete()
    with connection.cursor() as cursor:
        after = facts.gather("default", cursor)
    assert [line for line in facts.differences(before, after) if "subjectkey" in line]
    assert before["control register size"] == 0 and len(before) > 100
