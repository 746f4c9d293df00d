"""Where shared vectors lie, and a visible skip where they are absent."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest


def vector_dir(name: str) -> Callable[[], Path]:
    """A function that returns the folder, or skips the calling test with a reason."""

    def folder() -> Path:
        shared = os.environ.get("KOZOT_SHARED_DIR") or Path(__file__).resolve().parents[2].parent / "shared"
        path = Path(shared) / "vectors" / name
        if not path.is_dir():
            pytest.skip(f"shared vectors {name} are not at hand")
        return path

    return folder
