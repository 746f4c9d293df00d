"""Runs every file of benchmarks/; each measures against a named yardstick and prints the ratio."""

import sys

from places import ROOT, VAR, environment
from processes import leave_on_terminate, run


def main(words: list[str]) -> int:
    leave_on_terminate()
    files = sorted((ROOT / "benchmarks").glob("[!_]*.py"))
    chosen = [file for file in files if not words or file.stem in words]
    if not chosen:
        print("No benchmark" + (f" named {' or '.join(words)}" if words else " yet"))
        return 1 if words else 0
    failed = []
    for file in chosen:
        print(f"\n—— {file.stem} ——", flush=True)
        if run([sys.executable, str(file)], cwd=ROOT, env=environment(VAR / "bench")):
            failed.append(file.stem)
    if failed:
        print(f"\nFailed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
