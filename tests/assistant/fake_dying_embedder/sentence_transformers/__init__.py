"""A fake: stands where sentence-transformers would, and ends its process at a text with a certain word."""

import hashlib
import os

import numpy as np

SIZE = 16
DEADLY, REFUSED, SLOW = "CHẾTNGAY", "KHÔNGNHẬN", "CHẠYMÃI"


class SentenceTransformer:
    """Directions by the hash of each word: enough to see that vectors are made, kept and asked."""

    prompts: dict = {}

    def __init__(self, name, device="cpu"):
        self.name = name

    def get_sentence_embedding_dimension(self):
        return SIZE

    def encode(self, texts, prompt="", show_progress_bar=False):
        for text in texts:
            if DEADLY in text:
                os.abort()
            if REFUSED in text:
                raise ValueError("a text that is not taken")
            while SLOW in text:
                pass
        return np.stack([self._vector(text) for text in texts])

    def _vector(self, text):
        made = np.full(SIZE, 0.01, np.float32)
        for word in text.lower().split():
            made[hashlib.sha256(word.encode()).digest()[0] % SIZE] += 1
        return made
