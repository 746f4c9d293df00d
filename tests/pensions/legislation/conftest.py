"""Shared files of facts; a test that needs them is skipped, visibly, where they are absent."""

import os
from pathlib import Path

import pytest
import yaml


def read(name):
    folder = Path(os.environ.get("KOZOT_SHARED_DIR") or Path(__file__).resolve().parents[3].parent / "shared")
    path = folder / "domain" / name
    if not path.exists():
        pytest.skip(f"shared facts are not here: {path}")
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def facts():
    return read("pension_parameters.yaml")


@pytest.fixture(scope="session")
def examples():
    return read("totalisation_examples.yaml")
