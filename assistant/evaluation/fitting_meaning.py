"""Danger by the meaning of a question, fitted again on sentences of people in danger and on ordinary ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from assistant.retrieval.calibration import separate
from assistant.service import Assistant
from assistant.understanding.danger import NO_DANGER, Meaning


def fit(
    assistant: Assistant, told: Sequence[tuple[str, str]], progress: Callable[[int, int], None]
) -> Meaning:
    """The weights of one embedder. `told`: (sentence, its card's id or NO_DANGER). Raises ValueError."""
    vectors, danger = [], []
    for done, (text, kind) in enumerate(told, 1):
        vector = assistant.asked(text).vector
        progress(done, len(told))
        if vector is not None:
            vectors.append(vector)
            danger.append(kind != NO_DANGER)
    weights, bias = separate(np.array(vectors, float), danger)
    return Meaning(assistant.now.encoder.identity, np.array(weights, np.float32), bias)
