"""Importing records: from an archive, a folder or a file, again and again, and what is refused."""

import argparse
import gzip
import io
import json
import tarfile
from datetime import date

import pytest

from assistant.knowledge.entry import PROCEDURE
from assistant.knowledge.store import KnowledgeStore
from assistant.procedures import importing
from assistant.procedures.import_command import add_command
from assistant.procedures.importing import LinksRefused, import_procedures
from assistant.procedures.reading.archives import SourceRefused
from assistant.procedures.reading.flags import is_old
from assistant.procedures.record import Procedure
from tests.factories import channel, record

JULY, AUGUST, TODAY = date(2026, 7, 18), date(2026, 8, 1), date(2026, 11, 22)


@pytest.fixture
def store(store_engine):
    return KnowledgeStore(store_engine)


@pytest.fixture
def bring(store):
    """Import and return the report."""

    def run(path, read_on=JULY, **more):
        return import_procedures(store, path, today=TODAY, read_on=read_on, **more)

    return run


@pytest.fixture
def folder(tmp_path):
    """A folder with records under their codes."""

    def make(*texts, name="records"):
        made = tmp_path / name
        made.mkdir(exist_ok=True)
        for place, text in enumerate(texts):
            (made / f"9.00000{place}.txt").write_text(text, encoding="utf-8")
        return made

    return make


def records(count, **more):
    return [record(code=f"9.00000{place}", **more) for place in range(count)]


def archive(path, members):
    """A .tar.gz with (name, text) or ready TarInfo members."""
    with tarfile.open(path, "w:gz") as made:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                made.addfile(member)
                continue
            name, text = member
            info = tarfile.TarInfo(name)
            content = text.encode() if isinstance(text, str) else text
            info.size = len(content)
            info.mtime = 1_784_000_000
            made.addfile(info, io.BytesIO(content))
    return path


def current(store, code="9.000000"):
    return Procedure.from_json(store.current_entry(PROCEDURE, code).data)


def test_an_archive_is_read_and_the_same_archive_changes_nothing(store, bring, tmp_path):
    path = archive(tmp_path / "a.tar.gz", [(f"a/9.00000{n}.txt", text) for n, text in enumerate(records(3))])
    first = bring(path)
    revision = store.revision(PROCEDURE)
    second = bring(path)
    assert (first.added, first.problems) == (3, [])
    assert (second.added, second.replaced, second.retired, second.unchanged) == (0, 0, 0, 3)
    assert "Nothing is new" in second.messages[0]
    assert store.revision(PROCEDURE) == revision, "workers need not load anything"
    entry = store.current_entry(PROCEDURE, "9.000001")
    assert (entry.number, entry.read_on) == ("12/QĐ-ONG", JULY)
    assert entry.source == "Thủ tục 9.000001, quyết định 12/QĐ-ONG"


def test_a_folder_and_a_single_file_are_read_as_well(store, bring, folder):
    made = folder(*records(2))
    assert bring(made / "9.000001.txt").added == 1
    assert bring(made).added == 1
    assert store.count(PROCEDURE) == 2


def test_a_newer_record_replaces_and_the_older_stays_in_the_history(store, bring, folder):
    bring(folder(*records(2)))
    report = bring(folder(record(code="9.000000", title="Đăng ký nuôi ong mật")), read_on=AUGUST)
    assert report.replaced == 2, "the other is the same, but it was read later"
    assert current(store).title == "Đăng ký nuôi ong mật"
    newest, oldest = (store.entry(one.id) for one in store.versions(PROCEDURE, "9.000000"))
    assert (oldest.title, oldest.retired_at is not None) == ("Đăng ký nuôi ong", True)
    assert newest.replaces_id == oldest.id


def test_an_older_file_does_not_replace_what_was_read_later(store, bring, folder):
    bring(folder(record(code="9.000000", title="Mới")), read_on=AUGUST)
    report = bring(folder(record(code="9.000000", title="Cũ"), name="old"), read_on=JULY)
    assert report.older == ["9.000000"]
    assert "read later" in " ".join(report.messages)
    assert current(store).title == "Mới"


def test_what_a_newer_catalogue_lacks_is_retired(store, bring, folder):
    bring(folder(*records(4)))
    report = bring(folder(*records(3), name="newer"), read_on=AUGUST)
    assert (report.retired, report.missing) == (1, ["9.000003"])
    assert store.current_entry(PROCEDURE, "9.000003") is None
    assert store.versions(PROCEDURE, "9.000003")


def test_what_is_missing_can_be_kept(store, bring, folder):
    bring(folder(*records(4)))
    assert bring(folder(*records(3), name="newer"), read_on=AUGUST, keep_missing=True).retired == 0
    assert store.count(PROCEDURE) == 4


def test_a_small_part_of_the_catalogue_retires_nothing_and_says_so(store, bring, folder):
    bring(folder(*records(5)))
    report = bring(folder(*records(2), name="part"), read_on=AUGUST)
    assert report.retired == 0
    assert "not the whole catalogue" in " ".join(report.messages)
    assert store.count(PROCEDURE) == 5


def test_an_older_catalogue_retires_nothing_that_was_read_later(store, bring, folder):
    bring(folder(*records(4)), read_on=AUGUST)
    assert bring(folder(*records(3), name="older"), read_on=JULY).retired == 0
    assert store.count(PROCEDURE) == 4


def test_a_record_that_cannot_be_read_is_named_and_its_entry_stays(store, bring, folder):
    bring(folder(*records(3)))
    made = folder(*records(3), name="newer")
    (made / "9.000002.txt").write_bytes(b"\xff\x00 broken")
    (made / "9.000001.txt").write_text("Chào bạn", encoding="utf-8")
    report = bring(made, read_on=AUGUST)
    reasons = {one["file"]: one["reason"] for one in report.problems}
    assert reasons["9.000002.txt"] == "not written in UTF-8"
    assert "Mã thủ tục" in reasons["9.000001.txt"]
    assert report.retired == 0, "a record that was not read is not a record that is gone"
    assert store.count(PROCEDURE) == 3


def test_a_fault_of_ours_in_one_record_does_not_stop_the_others(bring, folder, monkeypatch):
    def broken(text):
        if "9.000001" in text:
            raise RuntimeError("ong đốt")
        return read(text)

    read = importing.read_record
    monkeypatch.setattr(importing, "read_record", broken)
    report = bring(folder(*records(3)))
    assert report.added == 2
    assert report.problems == [{"file": "9.000001.txt", "reason": "unexpected RuntimeError: ong đốt"}]


def test_two_files_with_one_code_are_named(bring, folder):
    report = bring(folder(record(code="9.000000"), record(code="9.000000", title="Khác")))
    assert report.added == 1
    assert "also in" in report.problems[0]["reason"]


def test_a_stopped_import_goes_on_with_the_next(store, bring, folder, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK", 2)

    def stop(done, total):
        if done >= 4:
            raise KeyboardInterrupt

    made = folder(*records(6))
    with pytest.raises(KeyboardInterrupt):
        bring(made, progress=stop)
    assert store.count(PROCEDURE) == 4
    report = bring(made)
    assert (report.added, report.unchanged) == (2, 4)


def test_progress_reaches_the_number_of_files(bring, folder):
    told = []
    bring(folder(*records(3)), progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (3, 3)


def test_links_give_the_address_and_the_day_and_stay(store, bring, folder, tmp_path):
    links = tmp_path / "links.csv"
    links.write_text(
        "code,official_url,extracted_at\n9.000000,https://example.vn/ong,2026-07-18\n", encoding="utf-8"
    )
    made = folder(*records(1))
    bring(made, read_on=None, links=links)
    assert store.current_entry(PROCEDURE, "9.000000").source_url == "https://example.vn/ong"
    assert current(store).read_on == JULY
    assert bring(made).changed == 0
    (made / "9.000000.txt").write_text(record(code="9.000000", title="Mới"), encoding="utf-8")
    bring(made, read_on=AUGUST)
    assert current(store).source_url == "https://example.vn/ong"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "code\n1\n",
        "code,official_url\n1,javascript:alert(1)\n",
        "code,official_url,extracted_at\n1,,morgen\n",
    ],
)
def test_a_table_of_links_that_is_broken_is_refused(bring, folder, tmp_path, text):
    links = tmp_path / "links.csv"
    links.write_text(text, encoding="utf-8")
    with pytest.raises(LinksRefused):
        bring(folder(*records(1)), links=links)


def test_the_days_of_an_archive_stand_in_for_the_day_of_reading(store, bring, tmp_path):
    bring(archive(tmp_path / "a.tar.gz", [("9.000000.txt", records(1)[0])]), read_on=None)
    assert current(store).read_on == date(2026, 7, 14)


def test_without_any_day_the_report_says_so(store, bring, folder):
    report = bring(folder(*records(1)), read_on=None)
    assert "--read-on" in " ".join(report.messages)
    assert current(store).read_on is None


def test_members_that_lead_out_or_are_links_are_named_and_left(bring, tmp_path):
    link = tarfile.TarInfo("9.000008.txt")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    good = records(1)[0]
    members = [
        ("../9.000007.txt", good),
        ("/9.000006.txt", good),
        ("a.exe", good),
        link,
        ("9.000000.txt", good),
    ]
    report = bring(archive(tmp_path / "a.tar.gz", members))
    assert report.added == 1
    assert {one["file"]: one["reason"] for one in report.problems} == {
        "../9.000007.txt": "its path leads out of the archive",
        "/9.000006.txt": "its path leads out of the archive",
        "a.exe": "not a .txt file",
        "9.000008.txt": "a link or a device, not a file",
    }


def test_a_record_that_is_too_large_is_named(bring, folder, monkeypatch):
    monkeypatch.setattr("assistant.procedures.reading.archives.RECORD_BYTES", 100)
    assert "larger than" in bring(folder(*records(1))).problems[0]["reason"]


def test_a_damaged_archive_is_refused_before_anything_is_kept(store, bring, tmp_path):
    path = archive(tmp_path / "a.tar.gz", [(f"9.00000{n}.txt", text) for n, text in enumerate(records(3))])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SourceRefused, match="damaged"):
        bring(path)
    assert store.count(PROCEDURE) == 0


def test_endless_zeros_are_refused(bring, tmp_path, monkeypatch):
    monkeypatch.setattr("assistant.procedures.reading.archives.UNPACKED_BYTES", 100_000)
    path = tmp_path / "bomb.tar.gz"
    info = tarfile.TarInfo("9.000000.txt")
    info.size = 10**6
    with gzip.open(path, "wb") as stream:
        stream.write(info.tobuf() + bytes(10**6))
    with pytest.raises(SourceRefused, match="larger than"):
        bring(path)


@pytest.mark.parametrize("name", ["a.zip", "a.pdf", "missing.tar.gz"])
def test_other_kinds_of_files_are_refused(bring, tmp_path, name):
    if "missing" not in name:
        (tmp_path / name).write_bytes(b"PK\x03\x04")
    with pytest.raises(SourceRefused):
        bring(tmp_path / name)


def test_an_empty_folder_is_refused(bring, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceRefused):
        bring(tmp_path / "empty")


def test_a_day_that_is_not_over_is_refused(bring, folder):
    with pytest.raises(SourceRefused):
        bring(folder(*records(1)), read_on=date(2027, 1, 1))


def test_flags_say_what_to_be_careful_about(store, bring, folder):
    first = record(code="9.000000", agency="Ủy ban nhân dân cấp huyện")
    second = record(code="9.000001", laws="  * Luật Căn cước công dân (59/2014/QH13)")
    third = record(code="9.000002", channels=channel(fees="Do tỉnh quy định"))
    report = bring(folder(first, second, third))
    flags = {entry.key: entry.flags for entry in store.entries(PROCEDURE)}
    assert flags == {"9.000000": ("districts",), "9.000001": ("expired_rule",), "9.000002": ("unparsed",)}
    assert report.flags == {"districts": 1, "expired_rule": 1, "unparsed": 1}
    assert report.unread == {"fees": 1}


def test_age_is_counted_from_the_day_of_reading():
    assert not is_old(JULY, date(2026, 7, 28), 10)
    assert is_old(JULY, date(2026, 7, 29), 10)
    assert is_old(None, TODAY, 10)


def test_the_imports_are_kept_with_their_report(store, bring, folder):
    bring(folder(*records(1)))
    kept = store.imports(PROCEDURE)[0]
    assert kept["report"]["added"] == 1
    assert kept["finished_at"] is not None


@pytest.fixture
def command(monkeypatch, tmp_path):
    """Run `import-procedures`; returns the exit code."""
    monkeypatch.setenv("HOCSO_INSTANCE", str(tmp_path / "instance"))
    parser = argparse.ArgumentParser()
    add_command(parser.add_subparsers(required=True), lambda settings, store: None)

    def run(*arguments):
        options = parser.parse_args(["import-procedures", *map(str, arguments)])
        return options.run(options)

    return run


def test_the_command_tells_in_json_and_writes_the_report(command, folder, tmp_path, capsys):
    made = folder(*records(2))
    assert command(made, "--read-on", "2026-07-18", "--report", tmp_path / "report.json") == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["added"] == 2
    assert "2 added" in told.err
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["read_on"] == "2026-07-18"


def test_the_command_refuses_in_one_sentence(command, tmp_path, capsys):
    assert command(tmp_path / "nothing") == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "there is no such file" in told.err
