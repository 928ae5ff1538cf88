"""Settings of the web application: every wrong one stops the start with a sentence that names it."""

import re
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.settings import SettingError
from assistant.storage import StorageError
from i18n.vietnamese.letters import has_diacritics
from lms import cli
from lms.core.config import WebSettings, secret_key


@pytest.fixture
def instance(tmp_path):
    folder = tmp_path / "instance"
    folder.mkdir()
    return folder


def load(instance, file: str = "", **environ: str) -> WebSettings:
    (instance / "config.toml").write_text(file, encoding="utf-8")
    return WebSettings.load({"HOCSO_INSTANCE": str(instance), **environ})


def test_the_environment_wins_over_the_file(instance):
    file = '[web]\nport = 9000\nhost = "0.0.0.0"'
    assert load(instance, file).port == 9000
    assert load(instance, file, HOCSO_PORT="9001").port == 9001
    assert load(instance, file, HOCSO_PORT="9001").host == "0.0.0.0"


@pytest.mark.parametrize(
    ("file", "named"),
    [
        ("[web]\nprot = 1", "prot"),
        ("[wbe]\nport = 1", "wbe"),
        ("[web]\nport = 0", "port"),
        ("[web]\nport = true", "port"),
        ("[web]\nport = 70000", "port"),
        ("[web]\nworkers = 0", "workers"),
        ("[web]\nthreads = 65", "threads"),
        ('[web]\npublic_url = "hocso.vn"', "public_url"),
        ('[web]\ncourses = "/no/such/folder"', "courses"),
        ('[web]\ndebug = "perhaps"', "debug"),
        ("port = 8000", "port"),
    ],
)
def test_a_wrong_line_is_named(instance, file, named):
    with pytest.raises(SettingError, match=named):
        load(instance, file)


@pytest.mark.parametrize(
    ("variable", "value"), [("HOCSO_PROT", "80"), ("HOCSO_PORT", "http"), ("HOCSO_DEBUG", "perhaps")]
)
def test_a_wrong_variable_is_named(instance, variable, value):
    with pytest.raises(SettingError, match=variable):
        load(instance, **{variable: value})


@pytest.mark.parametrize(
    ("environ", "meant"),
    [({"HOCSO_PROT": "80"}, "HOCSO_PORT"), ({"HOCSO_BACKUP_HOURS": "3"}, "HOCSO_BACKUP_HOUR")],
)
def test_a_slip_gets_the_name_that_was_meant(instance, environ, meant):
    with pytest.raises(SettingError, match=f"Có phải bạn định viết “{meant}”"):
        load(instance, **environ)


@pytest.mark.parametrize(
    "file",
    ["[web]\nprot = 1", "[wbe]\nport = 1", "[web]\nport = 0", "[web]\nworkers = 0", "port = ",
     "[web]\nhost = 1",
     '[web]\npublic_url = "x"', 'synchronous = "x"', "backup_hour = 24", "backup_keep = 0",
     'courses = "/x/y"',
     "[web]\ndebug = 2", '[web]\nport = "x"', "zzz = 1", "model_seconds = true"],
)  # fmt: skip
def test_what_is_wrong_is_said_in_vietnamese(instance, file):
    with pytest.raises(SettingError) as refused:
        load(instance, file)
    words = str(refused.value).replace(str(instance), "")
    assert has_diacritics(words)
    assert not re.search(r"\b(must|there is|not|Known|between)\b", words)


def test_without_its_libraries_it_says_what_to_run():
    """As with the system's Python: `-S` leaves out the folder in which the libraries are."""
    done = subprocess.run(
        [sys.executable, "-S", "wsgi.py", "check"], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "make run" in done.stderr and len(done.stderr.splitlines()) == 1


def test_variables_of_tests_and_tools_are_none_of_ours(instance):
    assert load(instance, HOCSO_TEST_POSTGRES="postgresql://", HOCSO_SCREENS="/tmp").port == 8000


def test_the_start_stops_with_one_sentence_and_no_password(instance):
    done = subprocess.run(
        [sys.executable, "wsgi.py", "prepare"],
        env={
            "HOCSO_INSTANCE": str(instance),
            "HOCSO_DATABASE_URL": "postgresql://somebody:hidden-word@127.0.0.1:1/x",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 2
    assert "database_url" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert "hidden-word" not in done.stderr + done.stdout


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"HOCSO_PROT": "80"}, "HOCSO_PROT"),
        ({"HOCSO_DATABASE_URL": "mysql://db/x"}, "database_url"),
        ({"HOCSO_DATABASE_URL": "somewhere"}, "database_url"),
    ],
)
def test_every_command_says_what_is_wrong(instance, monkeypatch, capsys, environ, named):
    monkeypatch.setattr(cli.log, "set_up", lambda: None)  # the loggers belong to pytest here
    for name, value in {"HOCSO_INSTANCE": str(instance), **environ}.items():
        monkeypatch.setenv(name, value)
    assert cli.main(["prepare"]) == 2
    assert named in capsys.readouterr().err.splitlines()[-1]


def test_a_file_that_is_no_database_is_named(instance):
    (instance / "hocso.db").write_text("chợ phiên thứ bảy\n" * 300, encoding="utf-8")
    with pytest.raises(StorageError, match="database_url"):
        cli.prepare(load(instance))


def test_the_secret_key_is_made_once_for_its_owner_only(instance):
    key = secret_key(instance)
    assert len(key) >= 32
    assert secret_key(instance) == key
    assert stat.S_IMODE((instance / "secret.key").stat().st_mode) == 0o600


def test_all_who_start_at_once_get_the_same_key(instance):
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(secret_key, [instance] * 64))
    assert len(keys) == 1 and len(keys.pop()) >= 32
    assert [one.name for one in instance.iterdir()] == ["secret.key"]


def test_an_empty_key_is_not_taken_for_a_key(instance):
    (instance / "secret.key").touch()
    with pytest.raises(SettingError, match=r"secret\.key"):
        secret_key(instance)
