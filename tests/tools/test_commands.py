"""The commands' own parts: children end, locks hold, ports are kept, servers come and go, counts add up."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"
SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture(autouse=True, scope="module")
def tools():
    """Makes the scripts of tools/ importable by their plain names, as they import each other."""
    sys.path.append(str(TOOLS))
    yield
    sys.path.remove(str(TOOLS))


def test_a_child_ends_with_its_block_even_when_the_block_fails(tmp_path):
    from processes import child

    with pytest.raises(ZeroDivisionError), child("sleeper", SLEEPER, tmp_path / "log") as process:
        assert process.running
        _ = 1 / 0
    assert not process.running


def test_a_child_that_ignores_the_request_is_ended_all_the_same(tmp_path):
    from processes import Child

    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True)"
    process = Child("deaf", [sys.executable, "-c", f"{deaf}; time.sleep(60)"], tmp_path / "log")
    while "deaf" not in process.tail():
        time.sleep(0.02)
    process.stop(patience=0.2)
    assert process.process.returncode == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_a_child_does_not_outlive_a_killed_parent(tmp_path):
    parent = (
        f"import sys; sys.path.append({str(TOOLS)!r}); from pathlib import Path; from processes import Child;"
        f"import time; print(Child('sleeper', {SLEEPER!r}, Path({str(tmp_path / 'log')!r})).process.pid, flush=True);"
        "time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True) as launcher:
        orphan = int(launcher.stdout.readline())
        launcher.kill()
    assert gone_soon(orphan)


def gone_soon(number: int) -> bool:
    for _ in range(100):
        status = Path(f"/proc/{number}/status")
        if not status.exists() or "State:\tZ" in status.read_text():
            return True
        time.sleep(0.05)
    return False


def test_a_foreground_command_stops_when_its_neighbour_dies_and_shows_the_log(tmp_path):
    from processes import Failure, child, run

    dying = [sys.executable, "-c", "print('no folder for the queue'); raise SystemExit(7)"]
    start = time.monotonic()
    with child("worker", dying, tmp_path / "log") as worker, pytest.raises(Failure) as failure:
        run(SLEEPER, (worker,))
    assert "worker ended with code 7" in str(failure.value)
    assert "no folder for the queue" in str(failure.value)
    assert time.monotonic() - start < 30


def test_a_second_command_on_the_same_folder_is_refused_until_the_first_ends(tmp_path, monkeypatch):
    import installation
    from processes import Failure

    monkeypatch.setattr(installation, "ROOT", tmp_path)
    folder = tmp_path / "var" / "demo"
    refused = pytest.raises(Failure, match="var/demo is in use")
    with installation.only_one(folder), refused, installation.only_one(folder):
        pytest.fail("two at once")
    with installation.only_one(folder):
        pass


def test_a_taken_port_is_passed_over():
    from processes import Failure, free_port, held_socket

    port = free_port()
    with held_socket(port, port), pytest.raises(Failure, match="No port"):
        held_socket(port, port)
    with held_socket(port, port + 50) as first, held_socket(port, port + 50) as second:
        assert first.getsockname()[1] < second.getsockname()[1]


def test_servers_named_in_the_environment_do_not_reach_a_clean_installation(monkeypatch, tmp_path):
    from places import environment

    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/real")
    monkeypatch.setenv("REDIS_URL", "redis://somewhere")
    told = environment(tmp_path, KOZOT_DEMO="1")
    assert "DATABASE_URL" not in told and "REDIS_URL" not in told
    assert told["KOZOT_VAR"] == str(tmp_path) and told["KOZOT_DEMO"] == "1"


def test_a_throw_away_postgresql_answers_and_is_gone_afterwards(tmp_path_factory, monkeypatch):
    import tempfile

    import servers

    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    if not servers.postgresql_programs():
        pytest.skip("no PostgreSQL server programs on this machine")
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="kozot-servers-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with servers.postgresql(folder) as server:
            assert int(server.version.split(".")[0]) >= servers.OLDEST_POSTGRESQL
            assert servers.answers(servers.postgresql_version, server.url)
        assert not servers.answers(servers.postgresql_version, server.url)


def test_a_client_alone_is_not_taken_for_a_server(tmp_path, monkeypatch):
    import servers

    (tmp_path / "initdb").write_text("#!/bin/sh\n")
    (tmp_path / "initdb").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert tmp_path not in servers.postgresql_programs()


REPORT = '<testsuites><testsuite tests="7" failures="1" errors="1" skipped="2"/></testsuites>'


@pytest.mark.parametrize(
    ("report", "code", "counted"),
    [(REPORT, 1, (3, 2, 2)), (REPORT.replace('"1"', '"0"'), 0, (5, 0, 2)), (None, 4, (0, 1, 0))],
)
def test_the_closing_count_adds_up(tmp_path, report, code, counted):
    tally = load("test").Tally()
    if report:
        (tmp_path / "report.xml").write_text(report)
    tally.add(tmp_path / "report.xml", code)
    assert (tally.passed, tally.failed, tally.skipped) == counted


def test_the_plain_count_is_the_last_line_and_a_missing_server_can_be_an_error(capsys):
    tally = load("test").Tally(passed=3, skipped=1)
    tally.covered["SQLite"] = "yes"
    assert tally.close() == 0
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "covered: SQLite yes · PostgreSQL no · Redis no",
        "3 passed, 0 failed, 1 skipped",
    ]
    tally.wrong.append("PostgreSQL was not covered")
    assert tally.close() == 1


def load(name: str):
    """A script of tools/ whose name the standard library has as well."""
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location(f"kozot_tools_{name}", TOOLS / f"{name}.py")
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
