"""Worked examples of the shared domain folder; a test that needs them is skipped, visibly, where they are absent."""

import os
from pathlib import Path

import pytest
import yaml


@pytest.fixture(scope="session")
def examples():
    folder = Path(os.environ.get("KOZOT_SHARED_DIR") or Path(__file__).resolve().parents[3].parent / "shared")
    path = folder / "domain" / "totalisation_examples.yaml"
    if not path.exists():
        pytest.skip(f"worked examples are not here: {path}")
    return yaml.safe_load(path.read_text(encoding="utf-8"))
