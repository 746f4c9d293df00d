"""What lies in the repository: nothing that is generated or that belongs to one machine."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GENERATED = (".venv", "var/", "__pycache__/", "node_modules/", "staticfiles/")
GENERATED_ENDINGS = (".pyc", ".mo", ".sqlite3", ".log")


def tracked() -> list[str]:
    try:
        told = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return told.stdout.splitlines()


def test_nothing_generated_is_committed():
    stray = [name for name in tracked() if name.startswith(GENERATED) or name.endswith(GENERATED_ENDINGS)]
    assert not stray


def test_no_large_file_is_committed():
    """A file over 2 MB in a repository is a download for everyone, for ever; data belongs elsewhere."""
    large = [
        name for name in tracked() if (ROOT / name).is_file() and (ROOT / name).stat().st_size > 2_000_000
    ]
    assert not large
