"""The browser, the site that `make journeys` opened, and the corners of the matrix: languages by widths."""

import json
import os
from pathlib import Path

import axe_playwright_python
import pytest

LANGUAGES = ("ky", "ru", "en")
WIDTHS = (360, 768, 1280)
SAMPLE = (("ky", 360), ("ru", 1280), ("en", 768))
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Flags that keep the browser from asking the network for anything but the site.
QUIET = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
QUIET += ["--disable-background-networking", "--disable-component-update"]


AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf8")
VIOLATIONS = """options => axe.run(options).then(all => all.violations.map(({id, nodes}) =>
    `${id} ×${nodes.length} ${nodes[0].target[0]}: ${nodes[0].html.slice(0, 120)}`))"""


def corners() -> list[tuple[str, int]]:
    everything = [(language, width) for language in LANGUAGES for width in WIDTHS]
    return list(SAMPLE) if os.environ.get("SAMPLE") == "1" else everything


def pytest_generate_tests(metafunc):
    """A test that names `corner` among its own arguments is passed once in each corner."""
    if "corner" in metafunc.definition._fixtureinfo.argnames:
        metafunc.parametrize("corner", corners(), ids=lambda pair: f"{pair[0]}-{pair[1]}", indirect=True)


@pytest.fixture(scope="session")
def base_url() -> str:
    """Address of the site; page.goto("/x/") starts from it."""
    if "KOZOT_SITE" not in os.environ:
        pytest.skip("journeys need a site: run `make journeys`")
    return os.environ["KOZOT_SITE"]


@pytest.fixture(scope="session")
def logins() -> dict[str, dict[str, str]]:
    """Logins of the demo by what stands before the @: the role's name there is in the readers' language."""
    file = Path(os.environ.get("KOZOT_VAR", "")) / "logins.json"
    if not file.is_file():
        pytest.skip("the demo left no logins")
    rows = json.loads(file.read_text(encoding="utf8"))
    return {row["login"].split("@")[0]: row for row in rows}


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
def corner(request) -> tuple[str, int]:
    """Language and width of the window; a test that does not ask for corners gets a wide one in Russian."""
    return getattr(request, "param", ("ru", 1280))


@pytest.fixture
def browser_context_args(browser_context_args, corner):
    return {
        **browser_context_args,
        "viewport": {"width": corner[1], "height": 800},
        "reduced_motion": "reduce",
    }


@pytest.fixture
def context(context, base_url, corner):
    speak(context, base_url, corner[0])
    return context


def speak(context, base_url: str, language: str) -> None:
    """What the language switch of the page does. Signing in sets the person's own language again."""
    context.add_cookies([{"name": "django_language", "value": language, "url": base_url}])


@pytest.fixture
def visit(page, context, base_url, corner, audit):
    """`visit("/path")` opens a page in the corner's language and holds it to what every page must be."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def go(path: str, status: int = 200):
        speak(context, base_url, corner[0])
        complaints.clear()
        answer = page.goto(path)
        assert answer.status == status, f"{path} answered {answer.status}"
        assert page.locator("html").get_attribute("lang") == corner[0], f"{path} speaks another language"
        wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wider <= 0, f"{path} is {wider} pixels wider than the window"
        spoken = [text for text in complaints if status < 400 or f"status of {status}" not in text]
        assert not spoken, f"{path}: {spoken}"
        found = audit()
        assert not found, f"{path} shuts people out: {found}"
        return page

    return go


@pytest.fixture
def audit(page):
    """`audit("dark")` names what axe finds against WCAG 2.2 AA on the page as it stands, with the first element."""

    def run(state: str = "", rules: list[str] | None = None) -> list[str]:
        only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": STANDARD}
        if not page.evaluate("'axe' in window"):  # half a megabyte, once for each page
            page.evaluate(AXE)
        found = page.evaluate(
            VIOLATIONS,
            {"runOnly": only, "preload": False, "resultTypes": ["violations"], "elementRef": False},
        )
        return [f"{state} {one}".strip() for one in found]

    return run


@pytest.fixture(scope="session")
def sessions() -> dict[str, tuple[list[dict], str]]:
    """Cookies of those who came in already, and the page where they arrived."""
    return {}


@pytest.fixture
def come_in(page, context, sign_in, sessions):
    """`come_in("analyst")` as `sign_in`, but once for the whole run: for walks that only look."""

    def enter(name: str) -> None:
        if name in sessions:
            cookies, address = sessions[name]
            context.add_cookies(cookies)
            page.goto(address)
            if page.url == address:
                return
        sign_in(name)
        sessions[name] = ([one for one in context.cookies() if one["name"] != "django_language"], page.url)

    return enter


@pytest.fixture
def sign_in(page, logins):
    """`sign_in("analyst")` signs that login of the demo in, through the form."""

    def enter(name: str) -> None:
        page.goto("/account/sign-in/")
        page.locator("input[name=username]").fill(logins[name]["login"])
        page.locator("input[name=password]").fill(logins[name]["password"])
        with page.expect_navigation():  # the first desk page of a cold process takes its time
            page.locator("form:has(input[name=password]) [type=submit]").click()
        assert "/account/sign-in/" not in page.url, f"{name} was not let in"

    return enter
