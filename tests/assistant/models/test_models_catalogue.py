"""The list of models, the commands that use it, and which model is chosen."""

import json
import struct

import pytest

from assistant.models import commands, downloads, gguf, known_models, memory
from assistant.models.known_models import CatalogueError, Entry
from assistant.models.open_model import ModelSettingError, open_generator, wanted_model
from assistant.models.server import Address, OpenAIServer
from assistant.models.shared import SharedModel

MODEL = b"GGUF" + struct.pack("<IQQ", 3, 5, 2) + bytes(2000)


def run(*words):
    """`python -m assistant model …` as the command line calls it."""
    import argparse

    top = argparse.ArgumentParser()
    commands.add_commands(top.add_subparsers(required=True))
    options = top.parse_args(["model", *words])
    return options.run(options)


@pytest.fixture
def instance(tmp_path, monkeypatch):
    monkeypatch.setenv("HOCSO_INSTANCE", str(tmp_path))
    monkeypatch.delenv("HOCSO_MODEL", raising=False)
    return tmp_path


@pytest.fixture
def kept(instance):
    """A file of the first model of the list, as if it had been downloaded."""
    path = downloads.folder(instance) / known_models.load()[0].file
    path.parent.mkdir()
    path.write_bytes(MODEL)
    downloads.remember(instance, path, downloads.checksum(path))
    return path


def test_the_shipped_list_is_sound_and_praises_nobody_without_a_source():
    for entry in known_models.load():
        assert entry.address.startswith("https://")
        assert entry.licence
        assert not entry.measured or "https://" in entry.measured
        assert "recommend" not in entry.note


def test_an_operators_own_entry_replaces_a_shipped_one(instance):
    name = known_models.load()[0].name
    (instance / "models.yaml").write_text(
        f"models: [{{name: {name}, file: mine.gguf, licence: MIT, address: 'http://localhost/mine.gguf'}}]"
    )
    found = known_models.load(instance)
    assert found[0].file == "mine.gguf"
    assert [one.name for one in found].count(name) == 1
    assert len(found) == len(known_models.load())


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("models: {}", "no list"),
        ("[", "cannot be read"),
        ("models: [{name: a}]", "file"),
        ("models: [{name: a, file: ../a.gguf, licence: b, address: 'http://c'}]", "file"),
        ("models: [{name: a, file: a.exe, licence: b, address: 'http://c'}]", "file"),
        ("models: [{name: a, file: a.gguf, licence: b, address: 'file:///etc/passwd'}]", "address"),
        ("models: [{name: a, file: a.gguf, licence: b, address: 'http://c', size: 1.5}]", "size"),
        ("models: [{name: a, file: a.gguf, licence: b, address: 'http://c', sha256: ff}]", "sha256"),
        ("models: [{name: a, file: a.gguf, licence: b, address: 'http://c', best: yes}]", "best"),
    ],
)
def test_a_mistake_in_the_list_is_named(tmp_path, words, named):
    path = tmp_path / "models.yaml"
    path.write_text(words)
    with pytest.raises(CatalogueError, match=named):
        known_models.read(path)


def test_a_model_suits_a_machine_that_keeps_a_quarter_for_the_rest():
    entry = Entry("a", "a.gguf", "http://a", "MIT", memory=3 << 30)
    assert entry.suits(4096, 4 << 30) is True
    assert entry.suits(4096, (4 << 30) - 4096) is False
    assert Entry("a", "a.gguf", "http://a", "MIT").suits(4096, 4 << 30) is None


def test_the_memory_of_this_machine_is_known():
    assert memory.total() > 1 << 28
    assert 0 < memory.available() <= memory.total() * 2


def test_list_says_what_nobody_measured(instance, capsys):
    assert run("list") == 0
    shown = json.loads(capsys.readouterr().out)
    assert {one["vietnamese"] for one in shown["models"]} > {commands.UNMEASURED}
    assert all(one["downloaded"] is False for one in shown["models"])
    assert shown["used"] == ""


def test_use_keeps_the_choice_and_leaves_the_settings_file_alone(instance, kept, capsys):
    (instance / "config.toml").write_text("# mine\nbackup_before_migration = false\n")
    assert run("use", known_models.load()[0].name) == 0
    assert json.loads(capsys.readouterr().out)["used"] == str(kept)
    assert (instance / "config.toml").read_text() == "# mine\nbackup_before_migration = false\n"
    assert wanted_model("", instance) == str(kept)
    assert wanted_model("none", instance) == ""
    assert wanted_model("http://127.0.0.1:8080", instance) == "http://127.0.0.1:8080"
    assert run("use", "none") == 0
    assert wanted_model("", instance) == ""


def test_use_says_when_a_setting_wins(instance, kept, capsys, monkeypatch):
    monkeypatch.setenv("HOCSO_MODEL", "http://127.0.0.1:8080")
    run("use", str(kept))
    said = capsys.readouterr()
    assert json.loads(said.out)["wins"] == "http://127.0.0.1:8080"
    assert "HOCSO_MODEL" in said.err


def test_use_refuses_what_is_no_model(instance, tmp_path):
    page = tmp_path / "page.gguf"
    page.write_text("<html>" * 1000)
    for written, error in (
        (str(page), gguf.NotAModel),
        (str(tmp_path / "nowhere.gguf"), gguf.NotAModel),
        (known_models.load()[0].name, ModelSettingError),
        ("http://", ModelSettingError),
    ):
        with pytest.raises(error):
            run("use", written)
    assert downloads.used(instance) == ""


def test_check_finds_a_damaged_file(instance, kept, capsys):
    assert run("check") == 0
    kept.write_bytes(MODEL[:-1] + b"x")
    assert run("check") == 1
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["models"][0]["sound"] is False


def test_the_setting_opens_a_file_a_server_or_nothing(instance, kept):
    assert open_generator("", instance) is None
    assert open_generator("none", instance) is None
    assert isinstance(open_generator("http://127.0.0.1:8080", instance), OpenAIServer)
    for written in (str(kept), kept.name):
        opened = open_generator(written, instance)
        assert isinstance(opened, SharedModel)
        assert opened.path == kept


@pytest.mark.parametrize("written", ["nowhere.gguf", "/nowhere/model.gguf", "http://", "https://a@b/v1"])
def test_a_wrong_setting_is_named(instance, written):
    with pytest.raises(ModelSettingError):
        open_generator(written, instance)


def test_a_damaged_model_is_not_opened(instance, kept):
    kept.write_bytes(MODEL + b"x")
    with pytest.raises(ModelSettingError, match="download it again"):
        open_generator(str(kept), instance)


@pytest.mark.parametrize(
    ("written", "shown", "model"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/v1", ""),
        ("http://127.0.0.1:11434/v1#qwen2.5:7b", "http://127.0.0.1:11434/v1", "qwen2.5:7b"),
        ("https://llm.example/api/v1/", "https://llm.example:443/api/v1", ""),
        ("http://h/v1/chat/completions", "http://h:80/v1", ""),
    ],
)
def test_addresses_of_servers_are_read(written, shown, model):
    address = Address.parse(written)
    assert (address.shown, address.model) == (shown, model)
