"""The rules know nothing of Django and can be imported without it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for room in ("totalisation", "legislation")
    for path in (ROOT / "pensions" / room).glob("*.py")
    if path.stem != "__init__"
)


def test_no_module_of_the_rules_imports_django():
    program = (
        f"import sys, importlib\nfor name in {MODULES!r}: importlib.import_module(name)\n"
        "print('django' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
