"""Passes the tests on SQLite, then on PostgreSQL and Redis; the last lines say what was covered.

With KOZOT_ROW_SECURITY=1 on PostgreSQL alone, where the second wall then stands behind every test.
"""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import redis
from places import ROOT, VAR, environment
from processes import Failure, leave_on_terminate, run
from servers import postgresql, redis_server

FOLDER = VAR / "test"
NO_TESTS = 5  # pytest's exit code
WALL = os.environ.get("KOZOT_ROW_SECURITY") == "1"
DATABASES = ("PostgreSQL", "Redis") if WALL else ("SQLite", "PostgreSQL", "Redis")


@dataclass
class Tally:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    covered: dict[str, str] = field(default_factory=lambda: dict.fromkeys(DATABASES, "no"))
    wrong: list[str] = field(default_factory=list)

    def add(self, report: Path, code: int) -> None:
        """Counts a JUnit report; a run that ended badly without a failed test counts as one failure."""
        failed = 0
        if report.exists():
            for suite in ET.parse(report).iter("testsuite"):
                count = {name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")}
                bad = count["failures"] + count["errors"]
                failed += bad
                self.skipped += count["skipped"]
                self.passed += max(count["tests"] - bad - count["skipped"], 0)
        self.failed += max(failed, 1 if code else 0)

    def close(self) -> int:
        """Prints the closing lines, the plain count last. Returns the exit code."""
        for line in self.wrong:
            print(f"not as it should be: {line}")
        print("\ncovered: " + " · ".join(f"{name} {answer}" for name, answer in self.covered.items()))
        print(f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped", flush=True)
        return 1 if self.failed or self.wrong else 0


def main(words: list[str]) -> int:
    leave_on_terminate()
    shutil.rmtree(FOLDER, ignore_errors=True)
    tally = Tally()
    try:
        if not WALL:
            announce(f"SQLite {sqlite3.sqlite_version}")
            if one_run(tally, "sqlite", words, {}):
                tally.covered["SQLite"] = "yes"
        on_servers(tally, words)
    except KeyboardInterrupt:
        tally.wrong.append("stopped by hand")
    if WALL and tally.covered["PostgreSQL"] == "no":
        tally.wrong.append("the second wall stands on PostgreSQL alone")
    elif os.environ.get("KOZOT_REQUIRE_SERVERS") == "1":
        tally.wrong += [f"{name} was not covered" for name, answer in tally.covered.items() if answer == "no"]
    return tally.close()


def on_servers(tally: Tally, words: list[str]) -> None:
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kozot-servers-")))
        folder.chmod(0o711)  # the account that PostgreSQL runs as goes through it to its own folder
        found = {}
        for name, variable, start in (
            ("PostgreSQL", "TEST_DATABASE_URL", postgresql),
            ("Redis", "TEST_REDIS_URL", redis_server),
        ):
            try:
                found[name] = variable, stack.enter_context(start(folder))
            except (Failure, psycopg.Error, redis.RedisError) as why:
                print(f"\nNo {name}: {why}", flush=True)
                if os.environ.get(variable):
                    tally.wrong.append(f"the {name} named in {variable} cannot be used")
        if not found:
            return
        names = " and ".join(f"{name} {server.version}" for name, (_, server) in found.items())
        announce(f"{names}, behind the second wall" if WALL else names)
        addresses = {variable: server.url for variable, server in found.values()}
        if one_run(tally, "servers", words, addresses):
            for name, (_, server) in found.items():
                tally.covered[name] = f"{server.version} yes"


def one_run(tally: Tally, name: str, words: list[str], addresses: dict[str, str]) -> bool:
    """One run of pytest, shown as it goes. True if tests were run, whatever came of them."""
    report, temporary = FOLDER / f"{name}.xml", FOLDER / name
    temporary.mkdir(parents=True)
    command = [sys.executable, "-m", "pytest", f"--junitxml={report}", *spread(words), *words]
    settings = environment(FOLDER, "test", TMPDIR=str(temporary), **addresses)
    del settings["KOZOT_VAR"]  # each test process makes its own, under TMPDIR
    code = run(command, cwd=ROOT, env=settings)
    tally.add(report, 0 if code == NO_TESTS and words else code)
    return code in {0, 1}


def spread(words: list[str]) -> list[str]:
    """Two processes for the whole suite; one for a chosen part, where a second database would not pay.

    One for a Redis named by hand too: a second process would empty the database after the named one.
    """
    alone = words or os.environ.get("TEST_REDIS_URL") or (os.cpu_count() or 1) < 2
    return [] if alone else ["-n", "2", "--dist", "loadfile"]


def announce(where: str) -> None:
    print(f"\n—— {where} ——", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except subprocess.SubprocessError as error:
        sys.exit(str(error))
