"""Real input lies beside the repository; in CI its absence is a failure, elsewhere a skip with a clear word."""

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared"


@pytest.fixture(scope="session")
def legacy() -> Path:
    """The folder of stores written before the codec had a specification."""
    path = SHARED / "legacy"
    if not path.is_dir():
        message = f"real stores are not there: {path}"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    return path
