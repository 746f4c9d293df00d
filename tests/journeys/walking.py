"""What the walk through every role's menu asks of a page, and where it keeps its picture."""

import os
import re
from pathlib import Path

from accounts.guides import slug

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
ZOOMED = {"width": 640, "height": 400}  # a window of 1280 by 800 at 200 %

# Latin words that stand in Kyrgyz and Russian as they are: names, and forms of files.
LATIN = {"kozot", "english", "eng", "e-mail", "pin", "pdf", "csv", "xlsx", "json", "xml", "sdmx", "api", "qr"}
LATIN |= {"sha-256", "sha", "url", "ip", "id", "sms", "oidc", "typst", "docx", "zip", "html", "m49", "isic"}
WORD = re.compile(r"[A-Za-z][A-Za-z-]+")
CYRILLIC = re.compile(r"[\u0400-\u04ff]")

# Texts of the page's own making: no rows' headings, which are data, nothing in another language by its `lang`.
SAID = """() => [...document.querySelectorAll(
    "h1, h2, h3, h4, button, .button, legend, label, nav a, summary, thead th, dt, th[scope=col], title, [aria-label]"
)].filter(one => !one.closest("[lang]:not(html), .account, [data-foreign]"))
  .map(one => one.getAttribute("aria-label") || one.textContent.replace(/\\s+/g, " ").trim())
  .filter(text => text)"""

LOOK = """() => ({
    lang: document.documentElement.lang,
    headings: document.querySelectorAll("h1").length,
    wider: document.documentElement.scrollWidth - window.innerWidth,
})"""

FIRST_STOP = """() => {
    const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
    return {past: one.matches("a[href='#main']"), seen: style.outlineStyle !== "none" && box.width > 1 && box.top >= 0};
}"""


def untranslated(texts: list[str]) -> list[str]:
    """Those in Latin letters only that no reader of Kyrgyz or Russian expects so."""
    found = []
    for text in dict.fromkeys(texts):
        words = [word.lower() for word in WORD.findall(text)]
        if words and not CYRILLIC.search(text) and not set(words) <= LATIN and "@" not in text:
            found.append(text[:60])
    return found


def look(page, language: str) -> list[str]:
    """The faults of the page that stands in the browser, at the width that it has."""
    seen = page.evaluate(LOOK)
    found = [] if seen["lang"] == language else [f"speaks {seen['lang']}"]
    found += [] if seen["headings"] == 1 else [f"{seen['headings']} headings of the first rank"]
    found += [f"{seen['wider']} px too wide"] if seen["wider"] > 0 else []
    if language != "en":
        found += [f"untranslated: {text}" for text in untranslated(page.evaluate(SAID))]
    return found


def past_the_menu(page) -> list[str]:
    """The first stop of Tab is seen and leads to the main content, and Tab goes on inside it."""
    page.evaluate("() => { document.activeElement.blur(); window.scrollTo(0, 0); }")
    page.keyboard.press("Tab")
    stop = page.evaluate(FIRST_STOP)
    if not (stop["past"] and stop["seen"]):
        return ["the first stop of Tab does not lead past the menu, or is not seen"]
    page.keyboard.press("Enter")
    inside = page.evaluate("document.activeElement.id === 'main'")
    page.evaluate("window.scrollTo(0, 0)")
    return [] if inside else ["the way past the menu does not lead to the main content"]


def picture(page, language: str, width: int, role: str, number: int) -> Path:
    """Keeps what stands in the window as screens/LANGUAGE/WIDTH/ROLE/NN-name.png."""
    folder = Path(os.environ["KOZOT_VAR"]) / "screens" / language / str(width) / role
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{number:02}-{slug(page.url)}.png"
    page.evaluate("() => { document.activeElement.blur(); window.scrollTo(0, 0); }")
    page.screenshot(path=file, animations="disabled")
    return file
