"""Makes .venv from uv.lock. Also a Python that is too old must be able to read this file and say so."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
RECENT = f"import sys; sys.exit(sys.version_info < {OLDEST})"
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "kozot-lock"


def main():
    os.chdir(str(ROOT))
    if not VENV.is_symlink():  # a linked environment is somebody else's to fill
        state = wanted_state()
        if not (PYTHON.exists() and STAMP.exists() and STAMP.read_text() == state):
            find_python()
            make_venv()
            install()
            STAMP.write_text(state)
            print("Environment ready in .venv")
    compile_catalogues()


def wanted_state():
    return hashlib.sha256((ROOT / "uv.lock").read_bytes()).hexdigest()


def find_python():
    """Goes on under a newer Python of this machine where the one at hand is too old."""
    if sys.version_info >= OLDEST:
        return
    for minor in (13, 12, 11, 14):
        newer = shutil.which(f"python3.{minor}")
        if newer and works(newer, RECENT):
            os.execv(newer, [newer, __file__])
    give_up(
        f"Kozot needs Python 3.11 or newer; {sys.executable} is {version()}.",
        "Install a newer Python, or name one: make PYTHON=/path/to/python3.12 …",
    )


def make_venv():
    """Keeps an environment that works and is new enough; makes it anew otherwise."""
    if PYTHON.exists() and works(str(PYTHON), "import pip; " + RECENT):
        return
    if not works(sys.executable, "import venv, ensurepip"):
        give_up(
            f"This Python has no venv module: {sys.executable}",
            "On Debian and Ubuntu: apt-get install python3-venv",
        )
    print(f"Making .venv with Python {version()} …", flush=True)
    run([sys.executable, "-m", "venv", "--clear", str(VENV)], "The environment could not be made.")


def install():
    print("Installing the locked packages (some minutes the first time) …", flush=True)
    network = "Is the package index reached? The lines above say what went wrong; run the same command again."
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, "--root-user-action=ignore", "uv>=0.9"], "uv could not be installed. " + network)
    settings = dict(
        os.environ, UV_PROJECT_ENVIRONMENT=str(VENV), UV_PYTHON_DOWNLOADS="never", UV_LINK_MODE="copy"
    )
    settings.pop("VIRTUAL_ENV", None)
    uv = [
        str(VENV / "bin" / "uv"),
        "sync",
        "--frozen",
        "--quiet",
        "--compile-bytecode",
        "--python",
        str(PYTHON),
    ]
    run(uv, "The packages could not be installed. " + network, env=settings)


def compile_catalogues():
    script = ROOT / "tools" / "catalogues.py"
    if script.exists():
        complaint = "The translations could not be compiled."
        run([str(PYTHON), str(script), "compile"], complaint, stdout=subprocess.DEVNULL)


def version():
    return "{}.{}".format(*sys.version_info)


def works(python, code):
    return subprocess.call([python, "-c", code], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0


def run(command, complaint, **options):
    if subprocess.call(command, stdin=subprocess.DEVNULL, **options):
        give_up(complaint)


def give_up(*lines):
    print("\n".join(lines), file=sys.stderr)
    sys.exit(1)


if __name__ == "__main__":
    main()
