"""The browser, the site that `make journeys` opened, and the corners of the matrix: languages by widths."""

import json
import os
from pathlib import Path

import pytest

LANGUAGES = ("ky", "ru", "en")
WIDTHS = (360, 768, 1280)
SAMPLE = (("ky", 360), ("ru", 1280), ("en", 768))
# Flags that keep the browser from asking the network for anything but the site.
QUIET = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
QUIET += ["--disable-background-networking", "--disable-component-update"]


def corners() -> list[tuple[str, int]]:
    everything = [(language, width) for language in LANGUAGES for width in WIDTHS]
    return list(SAMPLE) if os.environ.get("SAMPLE") == "1" else everything


def pytest_generate_tests(metafunc):
    if "corner" in metafunc.fixturenames:
        metafunc.parametrize("corner", corners(), ids=lambda pair: f"{pair[0]}-{pair[1]}", scope="session")


@pytest.fixture(scope="session")
def base_url() -> str:
    """Address of the site; page.goto("/x/") starts from it."""
    if "KOZOT_SITE" not in os.environ:
        pytest.skip("journeys need a site: run `make journeys`")
    return os.environ["KOZOT_SITE"]


@pytest.fixture(scope="session")
def logins() -> dict[str, dict[str, str]]:
    """Logins of the demo by their role."""
    rows = json.loads((Path(os.environ["KOZOT_VAR"]) / "logins.json").read_text(encoding="utf8"))
    return {row["role"]: row for row in rows}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    root = ["--no-sandbox"] if os.geteuid() == 0 else []  # the sandbox refuses root
    named = os.environ.get("CHROMIUM")
    return {
        **browser_type_launch_args,
        "args": [*QUIET, *root],
        **({"executable_path": named} if named else {}),
    }


@pytest.fixture
def browser_context_args(browser_context_args, request):
    """A test with a corner gets its language and width; others a wide window in Russian."""
    language, width = request.getfixturevalue("corner") if "corner" in request.fixturenames else ("ru", 1280)
    return {
        **browser_context_args,
        "locale": language,
        "viewport": {"width": width, "height": 800},
        "reduced_motion": "reduce",
    }
