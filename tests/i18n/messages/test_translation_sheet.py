"""Translators work in spreadsheets: what goes out comes back unchanged."""

import csv
from io import StringIO

import pytest
from babel.messages.catalog import Catalog
from hypothesis import given
from hypothesis import strategies as st

from i18n.messages.__main__ import main
from i18n.messages.translation_sheet import SheetError, from_csv, to_csv
from i18n.messages.translations import read_catalogue
from i18n.vietnamese.letters import nfc

words = st.text(st.characters(codec="utf-8", exclude_characters="%<>\x00"), min_size=1).map(nfc)


def catalogue_of(pairs):
    catalogue = Catalog(locale="en")
    for source, translation in pairs.items():
        catalogue.add(source, translation)
    return catalogue


def replace(sheet, column, value, row=1):
    rows = list(csv.reader(StringIO(sheet, newline="")))
    rows[row][rows[0].index(column)] = value
    out = StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


@given(st.dictionaries(words, words))
def test_export_and_import_change_nothing(pairs):
    sheet = to_csv(catalogue_of(pairs))
    empty = catalogue_of(dict.fromkeys(pairs, ""))
    assert from_csv(empty, sheet) == (len(pairs), [])
    assert {message.id: message.string for message in empty if message.id} == pairs
    assert from_csv(empty, sheet) == (0, [])


@given(st.dictionaries(words, words))
def test_no_cell_starts_a_formula(pairs):
    for row in csv.reader(StringIO(to_csv(catalogue_of(pairs)), newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


def test_a_row_that_lost_a_value_is_named_and_changes_nothing():
    catalogue = catalogue_of({"Xin chào %(name)s": ""})
    changed, (fault,) = from_csv(catalogue, replace(to_csv(catalogue), "translation", "Hello"))
    assert (changed, fault.number) == (0, 2)
    assert "other values" in fault.message
    assert catalogue["Xin chào %(name)s"].string == ""


def test_a_row_that_is_no_message_is_named():
    catalogue = catalogue_of({"a": "b"})
    _changed, (fault,) = from_csv(catalogue, replace(to_csv(catalogue), "source", "zzz"))
    assert "no such message" in fault.message


def test_semicolons_of_a_vietnamese_spreadsheet_are_understood():
    catalogue = catalogue_of({"a": ""})
    sheet = "context;source;source_plural;translation;translation_plural\r\n;a;;b;\r\n"
    assert from_csv(catalogue, sheet) == (1, [])


def test_another_kind_of_file_is_refused():
    with pytest.raises(SheetError, match="columns missing"):
        from_csv(catalogue_of({}), "họ tên,điện thoại\n")


def test_a_sheet_goes_through_the_command_line(project, catalogues, tmp_path, capsys):
    def run(*arguments):
        return main(["--root", str(project), *arguments])

    sheet = tmp_path / "en.csv"
    run("update")
    assert run("export-csv", "en", str(sheet)) == 0
    text = sheet.read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text, newline="")))
    line = next(number for number, row in enumerate(rows, 1) if row["source"] == "Gợi ý")
    sheet.write_text(replace(text, "translation", "Hint", line), encoding="utf-8-sig", newline="")
    assert run("import-csv", "en", str(sheet), "--dry-run") == 0
    assert read_catalogue("en", catalogues)["Gợi ý"].string == ""
    assert run("import-csv", "en", str(sheet)) == 0
    assert read_catalogue("en", catalogues)["Gợi ý"].string == "Hint"
    sheet.write_bytes(b"\xff\xfe\x00")
    assert run("import-csv", "en", str(sheet)) == 1
    assert "UTF-8" in capsys.readouterr().err
