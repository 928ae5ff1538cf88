"""Finding the right text: however it is typed, with vectors and without, and measured the same each time."""

import json
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation import retrieval_bench
from assistant.indexing.vector_cache import VectorCache, text_key
from assistant.retrieval.calibration import Curve, fit
from assistant.retrieval.evidence import Evidence
from assistant.retrieval.lexical import Lexical
from assistant.retrieval.search import Index, build, by_words_alone, fuse
from i18n.vietnamese import fold

TEXTS = [
    "Sạc pin điện thoại cho an toàn, lau khô tay.",
    "Nối vào Wi-Fi, gõ mật khẩu do chủ nhà cho.",
    "Đăng ký tạm trú ở công an xã, mã 1.004194.",
    "Chụp màn hình bằng nút nguồn và nút giảm âm lượng.",
]


class FakeEmbedder:
    """Four directions, one a text: enough to see that vectors are asked, kept and mixed in."""

    identity, size = "fake-1", 4

    def __init__(self):
        self.made = []

    def query(self, text):
        return np.eye(4, dtype=np.float32)[3]

    def passages(self, texts):
        self.made.extend(texts)
        return np.eye(4, dtype=np.float32)[[TEXTS.index(one) for one in texts]]


@pytest.mark.parametrize("typed", ["đăng ký tạm trú", "dang ky tam tru", "1.004194", "ĐĂNG KÝ TẠM TRÚ"])
def test_words_lead_to_their_text_with_and_without_marks(typed):
    scores, _total = Lexical.build(TEXTS).scores(typed)
    assert scores.argmax() == 2


def test_words_side_by_side_count_more_than_the_same_words_apart():
    scores, _total = Lexical.build(["trú ở trọ, tạm nghỉ", "ở trọ tạm trú, nghỉ"]).scores("tạm trú")
    assert scores[1] > scores[0]


@given(st.lists(st.text(max_size=40), max_size=6), st.text(max_size=40))
def test_an_index_comes_back_from_its_file_the_same(texts, question):
    built = Lexical.build(texts)
    file = BytesIO()
    np.savez(file, **built.to_arrays())
    file.seek(0)
    again = Lexical.from_arrays(np.load(file, allow_pickle=False))
    assert np.array_equal(again.scores(question)[0], built.scores(question)[0])


@given(st.lists(st.floats(0, 50, width=32), min_size=2, max_size=9))
def test_the_best_of_both_scores_is_the_best_of_their_sum(scores):
    values = np.array(scores, np.float32)
    fused = fuse(values, values)
    assert fused.argmax() == values.argmax() or values.max() == values.min()
    assert fused.min() >= 0 and fused.max() <= 1


def test_vectors_lift_a_text_whose_words_do_not_match():
    index = build(TEXTS, np.eye(4, dtype=np.float32))
    assert index.search("ảnh", np.eye(4, dtype=np.float32)[3]).hits[0].number == 3
    assert index.search("ảnh").dense is False


def test_a_few_vectors_still_being_made_do_not_silence_the_others():
    numbers, vectors = np.arange(4), np.eye(5, dtype=np.float32)[:4]
    index = Index(Lexical.build([*TEXTS, "Bài mới về hộ chiếu"]), vectors, numbers)
    assert index.is_dense
    assert index.search("hộ chiếu", np.ones(5, np.float32)).hits[0].number == 4


def test_only_what_is_allowed_is_found():
    allowed = np.array([True, True, False, True])
    found = build(TEXTS).search("đăng ký tạm trú", allowed=allowed)
    assert 2 not in [hit.number for hit in found.hits]
    assert build(TEXTS).search("tạm trú", allowed=np.zeros(4, bool)).hits == ()


def test_vectors_are_made_once_and_kept_by_what_the_text_says(tmp_path):
    embedder = FakeEmbedder()
    assert VectorCache(tmp_path, "fake-1", shipped=None).fill(TEXTS, embedder) == 4
    again = VectorCache(tmp_path, "fake-1", shipped=None)
    assert again.fill(TEXTS, embedder) == 0
    assert np.allclose(again.rows(TEXTS), np.eye(4), atol=1e-3)
    assert again.rows(["khác"]) is None
    assert VectorCache(tmp_path, "fake-2", shipped=None).rows(TEXTS) is None


def test_a_text_has_one_key_however_its_marks_are_composed():
    import unicodedata

    assert text_key(unicodedata.normalize("NFD", TEXTS[0])) == text_key(TEXTS[0] + " \u200b")


def test_a_broken_cache_is_made_anew(tmp_path):
    (tmp_path / "fake-1.npz").write_bytes(b"not a file")
    assert VectorCache(tmp_path, "fake-1", shipped=None).fill(TEXTS, FakeEmbedder()) == 4


def test_shipped_vectors_need_no_run(tmp_path):
    first = VectorCache(tmp_path, "fake-1", shipped=None)
    first.fill(TEXTS, FakeEmbedder())
    assert first.ship(tmp_path / "shipped.npz", TEXTS[:2]) == 2
    fresh = VectorCache(tmp_path / "empty", "fake-1", shipped=tmp_path / "shipped.npz")
    assert fresh.missing(TEXTS) == TEXTS[2:]


@given(st.text(max_size=60))
def test_typing_errors_are_the_same_each_time_and_keep_the_length(text):
    assert retrieval_bench.with_typos(text) == retrieval_bench.with_typos(text)
    assert len(retrieval_bench.with_typos(text)) == len(text)


def test_one_letter_in_twenty_is_hit():
    text = "Người dân nộp hồ sơ trực tuyến trên Cổng Dịch vụ công quốc gia. " * 40
    wrong = sum(a != b for a, b in zip(text, retrieval_bench.with_typos(text), strict=True)) / sum(
        map(str.isalpha, text)
    )
    assert 0.03 < wrong < 0.11
    assert retrieval_bench.typed_as("Đường", "folded") == "duong"


@pytest.fixture
def collection(tmp_path):
    (tmp_path / "qrels").mkdir()
    rows = [{"_id": f"d{n}", "title": "", "text": text} for n, text in enumerate(TEXTS)]
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    asked = [{"_id": f"q{n}", "text": text[:20]} for n, text in enumerate(TEXTS)]
    (tmp_path / "queries.jsonl").write_text("\n".join(map(json.dumps, asked)), encoding="utf-8")
    right = "".join(f"q{n}\td{n}\t1\n" for n in range(4))
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n" + right, encoding="utf-8")
    return retrieval_bench.read_folder(tmp_path)


@pytest.mark.parametrize("typed", retrieval_bench.TYPED)
def test_a_collection_is_measured(collection, typed):
    figures = retrieval_bench.measure(collection, None, None, typed)
    assert figures["recall@1"] == figures["mrr@10"] == 1.0
    assert figures["questions"] == 4
    assert {"recall@5", "ms_p50", "ms_p95", "index_s"} <= figures.keys()


def test_a_broken_line_is_named(tmp_path):
    (tmp_path / "x.jsonl").write_text('{"_id": 1}\n{broken\n', encoding="utf-8")
    with pytest.raises(retrieval_bench.BenchError, match="line 2"):
        retrieval_bench.read_lines(tmp_path / "x.jsonl")


def test_the_curve_separates_what_it_was_fitted_on():
    sure = [Evidence(0.9, 0.8, 0.9, True), Evidence(0.91, 0.7, 1.0, True), Evidence(0.89, 0.9, 0.8, True)]
    unsure = [Evidence(0.84, 0.2, 0.1, True), Evidence(0.85, 0.3, 0.0, True), Evidence(0.83, 0.1, 0.2, True)]
    curve = fit([*sure, *unsure], [True] * 3 + [False] * 3)
    assert all(curve.confidence(one) > 0.5 for one in sure)
    assert all(curve.confidence(one) < 0.5 for one in unsure)
    assert isinstance(curve, Curve)
    with pytest.raises(ValueError, match="have none"):
        fit(sure, [True] * 3)


def test_folding_a_question_changes_nothing_of_the_folded_index():
    index = Lexical.build(TEXTS)
    assert index.pair_idf("tam", "tru") < index.pair_idf("ho", "chieu")
    assert index.idf_of([fold("trú")]) == index.idf_of(["trú"])


def test_many_texts_without_vectors_do_not_silence_the_needed_ones():
    texts = [*TEXTS, *(f"Văn bản mới số {number} về hộ chiếu" for number in range(40))]
    needed = np.arange(len(texts)) < len(TEXTS)
    vectors = np.eye(4, dtype=np.float32)
    assert not Index(Lexical.build(texts), vectors, np.arange(4)).is_dense
    index = Index(Lexical.build(texts), vectors, np.arange(4), needed)
    assert index.is_dense
    # Found by its meaning, though the question has no word of it.
    assert index.search("ảnh", vectors[3]).hits[0].number == 3
    # Found by its words, though nothing says what it means.
    assert index.search("văn bản số 7 hộ chiếu", vectors[3]).hits[0].number == 11


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.booleans()), min_size=1, max_size=30))
def test_a_text_without_a_vector_stands_where_words_alone_would_put_it(scores):
    fused, words, has = (np.array(column) for column in zip(*scores, strict=True))
    found = by_words_alone(fused, words, has)
    assert np.array_equal(found[has], fused[has])
    if has.any():
        ahead = found[~has] > fused[has].max()
        assert np.array_equal(ahead, words[~has] - words[has].max() + fused[has].max() > fused[has].max())
