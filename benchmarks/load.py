"""Mixed load on the production of deploy/: public checks, statements, search, then an import and a report beside them.

    .venv/bin/python benchmarks/load.py                          # about three minutes, 100,000 people
    … --seconds 5 --people 1000 --files 1 --rows 2000            # a look whether it runs
    … --capacity                                                 # the table, from the figures of the last run

gunicorn with two processes, PostgreSQL, Redis, a worker for each queue, all on loopback and with the settings of
production. Three parts of the same length: each kind alone, one request at a time; all kinds mixed; all kinds mixed
while files of an employer are checked and the quarterly report is built. Times are those of the clients, who share
the machine. The yardstick is the public page of the second part: its p95 in the third, over its p95 in the second.
"""

import argparse
import contextlib
import http.client
import json
import random
import signal
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, quantiles
from typing import Any
from urllib.parse import quote, urlsplit

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

import psycopg  # noqa: E402
from places import VAR  # noqa: E402
from processes import Failure, leave_on_terminate  # noqa: E402
from production import Production, production  # noqa: E402

GOAL, PAUSE, MOST_SECONDS = 2.0, 0.05, 600
KEPT = VAR / "bench" / "load.json"
PUBLIC = "public page"
# Kind of request: clients that ask it, each with a pause between its requests.
CLIENTS = {PUBLIC: 4, "check of a certificate": 2, "statement": 2, "search": 2}
NAMES = ["Асанов", "Асанов1", "Бакыт Асанов2", "асанов77", "Бакыт"]


@dataclass
class Measured:
    """`times`: seconds of each good answer, by kind; `bad`: what else was answered, and how often."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    bad: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    seconds: float = 0.0

    def percentile(self, kind: str, share: int) -> float:
        times = self.times[kind]
        return quantiles(times, n=100, method="inclusive")[share - 1] if len(times) > 1 else times[0]


class Visitor:
    """One client with a connection of its own; each request comes from another address, as through the proxy."""

    def __init__(self, address: str, found: dict[str, Any]):
        self.found, self.chance = found, random.Random()
        parts = urlsplit(address)
        self.line = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)

    def ask(self, kind: str) -> int:
        number, name = quote(self.found["number"]), quote(self.chance.choice(NAMES))
        method, path, body, session = {
            PUBLIC: ("GET", f"/verify/{number}/", None, ""),
            "check of a certificate": (
                "POST",
                "/api/v1/verify/",
                {"number": self.found["number"], "code": self.found["code"]},
                "",
            ),
            "statement": ("GET", "/me/record/", None, self.found["worker"]),
            "search": ("GET", f"/admin/pensions/worker/?q={name}", None, self.found["official"]),
        }[kind]
        headers = {
            "Host": "localhost",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": ".".join(str(self.chance.randrange(1, 255)) for _ in range(4)),
            "Cookie": f"{self.found['cookie']}={session}" if session else "",
            "Content-Type": "application/json",
        }
        try:
            self.line.request(method, path, json.dumps(body) if body else None, headers)
            answer = self.line.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            self.line.close()
            return 0
        return answer.status


def visit(measured: Measured, visitor: Visitor, kind: str, until: float, pause: float) -> None:
    while time.monotonic() < until:
        start = time.perf_counter()
        status = visitor.ask(kind)
        if status == 200:
            measured.times[kind].append(time.perf_counter() - start)
        else:
            measured.bad[f"{kind}: {status}"] += 1
        time.sleep(pause * visitor.chance.uniform(0.5, 1.5))


def alone(address: str, found: dict[str, Any], seconds: float) -> Measured:
    """Each kind by itself, one request at a time, without a pause."""
    measured = Measured(seconds=seconds)
    for kind in CLIENTS:
        visit(measured, Visitor(address, found), kind, time.monotonic() + seconds / len(CLIENTS), 0)
    return measured


def mixed(address: str, found: dict[str, Any], seconds: float) -> Measured:
    measured, until = Measured(seconds=seconds), time.monotonic() + seconds
    threads = [
        threading.Thread(target=visit, args=(measured, Visitor(address, found), kind, until, PAUSE))
        for kind, count in CLIENTS.items()
        for _ in range(count)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return measured


class Work:
    """What the workers do meanwhile, read from their rows."""

    def __init__(self, url: str):
        self.url, self.running, self.looks, self.over = url, 0, 0, threading.Event()

    def rows(self, what: str) -> Any:
        with psycopg.connect(self.url) as line:
            return line.execute(what).fetchall()

    def staged(self) -> int:
        told = "SELECT coalesce(sum(done), 0) FROM common_job WHERE kind = 'registry.stage_import'"
        return int(self.rows(told)[0][0])

    def report(self) -> str:
        return self.rows("SELECT state FROM common_job WHERE kind = 'reports.build'")[0][0]

    def is_running(self) -> bool:
        told = "SELECT 1 FROM common_job WHERE kind = 'registry.stage_import' AND state = 'running'"
        return bool(self.rows(told))

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        """Notes twice a second whether a file is being checked."""

        def look() -> None:
            while not self.over.wait(0.5):
                self.looks += 1
                self.running += self.is_running()

        thread = threading.Thread(target=look)
        thread.start()
        try:
            yield
        finally:
            self.over.set()
            thread.join()

    def wait_for_start(self, seconds: float = 90) -> None:
        end = time.monotonic() + seconds
        begun = "SELECT 1 FROM common_job WHERE kind = 'registry.stage_import' AND state <> 'queued'"
        while not self.rows(begun):
            if time.monotonic() > end:
                raise Failure("No file was taken up by a worker.")
            time.sleep(0.2)


def prepared(site: Production, people: int, files: int, rows: int) -> dict[str, Any]:
    site.release()
    print("released; filling", flush=True)
    script = str(ROOT / "benchmarks" / "_load_site.py")
    told = site.run(sys.executable, script, str(people), str(files), str(rows))
    return json.loads(told.strip().splitlines()[-1])


def run(seconds: float, people: int, files: int, rows: int) -> dict[str, Any]:
    with production(KOZOT_WEB_PROCESSES="2") as site:
        found = prepared(site, people, files, rows)
        work = Work(site.settings["DATABASE_URL"])
        with site.web(0):
            for kind in CLIENTS:  # loaded once before anything is measured
                Visitor(site.address, found).ask(kind)
            parts = {
                "alone": alone(site.address, found, seconds),
                "mixed": mixed(site.address, found, seconds),
            }
            with site.workers():
                work.wait_for_start()
                before = work.staged()
                with work.watched():
                    parts["beside"] = mixed(site.address, found, seconds)
                staged = work.staged() - before
        share = work.running / max(work.looks, 1)
        return {
            "people": people,
            "seconds": seconds,
            "staged_rows_a_second": staged / seconds,
            "import_ran_for": share,
            "report": work.report(),
            **{name: summary(part) for name, part in parts.items()},
        }


def summary(part: Measured) -> dict[str, Any]:
    kinds = {
        kind: {
            "a_second": len(part.times[kind]) / part.seconds,
            "mean": mean(part.times[kind]),
            **{f"p{share}": part.percentile(kind, share) for share in (50, 95, 99)},
        }
        for kind in CLIENTS
        if part.times[kind]
    }
    return {"kinds": kinds, "bad": dict(part.bad)}


def told(result: dict[str, Any]) -> int:
    """Prints the table and the ratio; 1 when a request failed, a part is missing, or the goal is not held."""
    bad = {}
    for name in ("alone", "mixed", "beside"):
        part = result[name]
        print(f"{name}")
        for kind, one in part["kinds"].items():
            times = "  ".join(f"p{share} {one[f'p{share}'] * 1000:7.1f} ms" for share in (50, 95, 99))
            print(f"  {kind:24} {one['a_second']:7.1f} a second  {times}")
        bad |= {f"{name}, {what}": count for what, count in part["bad"].items()}
    print(f"errors {sum(bad.values())}" + (f": {bad}" if bad else ""))
    print(
        f"beside: {result['staged_rows_a_second']:.0f} rows a second checked, "
        f"an import ran for {result['import_ran_for']:.0%} of the part, the report: {result['report']}"
    )
    if any(PUBLIC not in result[name]["kinds"] for name in ("mixed", "beside")):
        print("no ratio: the public page did not answer")
        return 1
    ratio = result["beside"]["kinds"][PUBLIC]["p95"] / result["mixed"]["kinds"][PUBLIC]["p95"]
    print(f"ratio {ratio:.2f} (p95 of the public page with an import over without; goal at most {GOAL})")
    return int(bool(bad) or ratio > GOAL)


# --- capacity --------------------------------------------------------------------------------------------

WORKERS, MONTHS = 5_000_000, 1_500_000_000
BUSY, PEAK_HOUR, DAYS, HOURS_OF_NIGHT = 0.5, 0.2, 21, 6


def capacity(result: dict[str, Any], visits: dict[str, float], workers: int, months: int) -> Iterator[str]:
    """Lines of the table of docs/operations.md: what is assumed, what was measured, what follows.

    A request alone holds at most one core at a time, so its mean time is an upper bound of the core-seconds it needs.
    cores = Σ requests in the busiest second × core-seconds ÷ BUSY, the share of a core that may be in use.
    """
    total = 0.0
    for kind, a_month in visits.items():
        rate = workers * a_month / DAYS * PEAK_HOUR / 3600
        cost = result["alone"]["kinds"][kind]["mean"]
        total += rate * cost / BUSY
        yield f"| {kind} | {a_month:g} | {rate:.0f} | {cost * 1000:.1f} | {rate * cost / BUSY:.1f} |"
    yield f"| all | | | | {total:.0f} cores |"
    rows = result["staged_rows_a_second"]
    if rows:
        night = workers / (rows * HOURS_OF_NIGHT * 3600)
        first = months / rows / 3600 / 24
        yield f"A month of {workers:,} people in {HOURS_OF_NIGHT} hours of night: {night:.2f} import workers."
        yield f"{months:,} months from the beginning: {first:.0f} days of one import worker; by their number less."


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=30, help="length of each of the three parts")
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--files", type=int, default=8, help="files that wait to be checked")
    parser.add_argument("--rows", type=int, default=50_000, help="rows of each")
    parser.add_argument("--capacity", action="store_true", help="the table, from the figures of the last run")
    for kind, often in {PUBLIC: 0.2, "check of a certificate": 0.1, "statement": 1, "search": 0.2}.items():
        parser.add_argument(
            f"--{kind.replace(' ', '-')}", type=float, default=often, help="a month and worker"
        )
    return parser.parse_args()


def main() -> int:
    leave_on_terminate()
    asked = parsed()
    if asked.capacity:
        if not KEPT.exists():
            print(
                "Nothing is measured here yet: run this benchmark without --capacity first.", file=sys.stderr
            )
            return 1
        visits = {kind: getattr(asked, kind.replace(" ", "_")) for kind in CLIENTS}
        print("\n".join(capacity(json.loads(KEPT.read_text()), visits, WORKERS, MONTHS)))
        return 0
    signal.signal(signal.SIGALRM, lambda *_: sys.exit("It took too long and was ended."))
    signal.alarm(MOST_SECONDS)
    try:
        result = run(min(asked.seconds, 60), asked.people, asked.files, asked.rows)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 1
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    KEPT.write_text(json.dumps(result, indent=1))
    return told(result)


if __name__ == "__main__":
    sys.exit(main())
