"""The pure rooms stay free of Django, so that they can be read, tested and shipped alone."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_no_module_of_the_rooms_imports_django():
    names = [
        ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for room in ("certificates", "control_register")
        for file in sorted((ROOT / "pensions" / room).glob("*.py"))
        if file.stem != "__init__"
    ]
    assert len(names) > 20
    program = f"import sys, {', '.join(names)}; sys.exit('django' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)
