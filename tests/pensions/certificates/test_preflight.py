"""The form's PDF/A-1b twin held to Apache Preflight, where Java and Debian's libpdfbox2-java are at hand.

PDF/A-3a itself is not checked here: no free validator of it can be had from the package sources this project uses.
"""

import shutil
import subprocess
from pathlib import Path

import pytest

from pensions.certificates.document import render_certificate
from pensions.certificates.seal import seal_pdf
from tests.pensions.certificates.support import SEAL, record
from tests.pensions.certificates.test_document import form

JARS = Path("/usr/share/java")
NEEDED = ("preflight", "pdfbox2", "fontbox2", "xmpbox", "commons-logging", "jakarta-activation", "jaxb-api")
pytestmark = pytest.mark.skipif(
    shutil.which("java") is None or not all((JARS / f"{name}.jar").exists() for name in NEEDED),
    reason="Java or Apache Preflight is not at hand",
)


def preflight(pdf, folder):
    file = folder / "twin.pdf"
    file.write_bytes(pdf)
    path = ":".join(str(JARS / f"{name}.jar") for name in (*NEEDED, "javax.activation"))
    command = ["java", "-cp", path, "org.apache.pdfbox.preflight.Validator_A1b", str(file)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout


@pytest.mark.parametrize(("months", "language"), [(12, "ky"), (40, "en")])
def test_the_twin_is_valid(months, language, tmp_path):
    assert "is a valid PDF/A-1b file" in preflight(
        render_certificate(form(record(months), language=language), standard="a-1b"), tmp_path
    )


def test_the_seal_adds_nothing_but_the_invisible_widget(tmp_path):
    """A-1b wants an appearance even for a widget of no size; A-2 and A-3 exempt it."""
    twin = render_certificate(form(), standard="a-1b")
    answer = preflight(seal_pdf(twin, signer=SEAL.signer, certificate=SEAL.certificate), tmp_path)
    faults = [line for line in answer.splitlines() if line[:1].isdigit()]
    assert faults
    assert all("widget annotation lacks an appearance dictionary" in fault for fault in faults)
