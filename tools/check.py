"""Every check on one line, with a way out where it fails. All run, even after a failure."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from places import BIN, MANAGE, ROOT, VAR, environment

SHOWN = 25  # lines of a complaint in a run of all checks
SCHEMA = ROOT / "openapi.yaml"


@dataclass(frozen=True)
class Check:
    """What is checked, how, and what a person does when it fails."""

    name: str
    action: Callable[[], str]  # returns the complaint, empty when all is well
    way_out: str


def command(*words: str | Path) -> Callable[[], str]:
    def action() -> str:
        done = subprocess.run(
            words,
            check=False,
            cwd=ROOT,
            env=environment(VAR / "check"),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        return (
            (done.stdout + done.stderr).strip() or f"ended with {done.returncode}" if done.returncode else ""
        )

    return action


def manage(*words: str) -> Callable[[], str]:
    return command(*MANAGE, *words)


def write_schema(file: Path) -> str:
    """In English whatever the default language: the words stand in a file that is compared."""
    return manage("spectacular", "--lang", "en", "--file", str(file), "--validate", "--fail-on-warn")()


def schema_drift() -> str:
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "openapi.yaml"
        complaint = write_schema(fresh)
        if complaint:
            return complaint
        return command("diff", "-u", "--label=openapi.yaml", "--label=the code", SCHEMA, fresh)()


CHECKS = [
    Check("format", command(BIN / "ruff", "format", "--check", "."), "make format"),
    Check("lint", command(BIN / "ruff", "check", "."), "make format mends some; the rest by hand"),
    Check(
        "import contracts", command(BIN / "lint-imports"), "docs/development.md says which way imports run"
    ),
    Check("settings and models", manage("check"), "each line above names its place"),
    Check(
        "migrations",
        manage("makemigrations", "--check", "--dry-run"),
        ".venv/bin/python manage.py makemigrations",
    ),
    Check("API document", schema_drift, "make openapi, and look at the difference before committing it"),
    Check(
        "translations",
        command(sys.executable, ROOT / "tools" / "catalogues.py", "check"),
        "make messages, then translate what is empty or fuzzy",
    ),
]


def main(words: list[str]) -> int:
    if words == ["--write-openapi"]:
        complaint = write_schema(SCHEMA)
        print(complaint or "openapi.yaml written")
        return 1 if complaint else 0
    chosen = [check for check in CHECKS if not words or check.name in words]
    failed = [check.name for check in chosen if not passes(check, None if words else SHOWN)]
    print(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


def passes(check: Check, shown: int | None) -> bool:
    """Runs one check and prints its line; of a complaint the first `shown` lines (all for None)."""
    start = time.monotonic()
    complaint = check.action()
    seconds = f"{time.monotonic() - start:5.1f} s"
    print(f"{'FAILED' if complaint else 'ok':6}  {seconds}  {check.name}", flush=True)
    if complaint:
        lines = complaint.splitlines()
        print("\n".join(f"    {line}" for line in lines[:shown]))
        if shown and len(lines) > shown:
            print(f"    … {len(lines) - shown} lines more: make check ARGS='\"{check.name}\"'")
        print(f"    → {check.way_out}\n", flush=True)
    return not complaint


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
