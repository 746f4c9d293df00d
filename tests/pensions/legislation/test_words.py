"""Every text of the data has its Kyrgyz and Russian; no provision of the union's agreement is cited by number."""

import re
from pathlib import Path

import pytest

from pensions.legislation.parameters import load_library
from pensions.legislation.questions import questions_of
from pensions.legislation.regimes import national_regimes
from pensions.legislation.texts import parameter_title
from pensions.totalisation.treaties import available, load_treaty

STATES = ("EAEU", "AM", "BY", "KZ", "KG", "RU")
PENSIONS = Path(__file__).resolve().parents[3] / "pensions"


def texts():
    for treaty in map(load_treaty, available()):
        yield treaty.title
        yield from (one.text for one in (*treaty.branches, *treaty.overlap, *treaty.same_state))
        yield from (one["text"] for one in treaty.questions.values())
    for state in STATES:
        yield from questions_of(state)
        yield from (regime.text for regime in national_regimes(state))
    yield from map(parameter_title, load_library().parameters)


def test_texts_of_the_data_have_three_languages():
    assert [str(text) for text in texts() if set(text.by_language) != {"en", "ky", "ru"}] == []


@pytest.mark.parametrize("name", ["eaeu-2019.yaml", "cis-1992.yaml", "ru-by-2006.yaml"])
def test_no_article_number_of_the_agreement(name):
    text = (PENSIONS / "totalisation" / "data" / name).read_text(encoding="utf-8")
    assert not re.search(r"\bArt(icle|\.)|стать|берене", text)


def test_articles_are_cited_of_european_regulations_alone():
    for path in [*PENSIONS.glob("legislation/**/*.yaml"), *PENSIONS.glob("legislation/*.py")]:
        for line in path.read_text(encoding="utf-8").splitlines():
            if re.search(r"\bArt\. \d|\bArticle \d|ст\. \d|берене", line):
                assert re.search(r"987/2009|883/2004", line), (path.name, line)
