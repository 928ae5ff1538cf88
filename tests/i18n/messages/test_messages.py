"""The words of the screens in each language."""

import pytest
from jinja2 import Environment

from i18n.locales import LOCALES
from i18n.messages import translations as messages
from i18n.messages.extraction import extract
from i18n.messages.po_files import update, write_catalogue
from i18n.messages.translations import PSEUDO, CatalogueError, catalogue_path, read_catalogue, translations


@pytest.fixture
def translated(project, catalogues, monkeypatch):
    """Catalogues where only some messages have words of their own."""
    update(extract(project), catalogues)
    for locale_id, words in (
        ("en", {"Xin chào %(name)s": "Hello %(name)s", "%(num)s bài": ("%(num)s lesson", "%(num)s lessons")}),
        ("vi-simple", {"Bạn gõ tên vào đây.": "Viết tên bạn vào đây."}),
    ):
        catalogue = read_catalogue(locale_id, catalogues)
        for source, words_there in words.items():
            catalogue[source].string = words_there
        write_catalogue(catalogue, locale_id, catalogues)
    monkeypatch.setattr(messages, "CATALOGUES", catalogues)
    monkeypatch.setattr(
        messages, "catalogue_path", lambda name, folder=catalogues: catalogue_path(name, catalogues)
    )
    monkeypatch.setattr(messages, "read_catalogue", lambda name: read_catalogue(name, catalogues))
    messages.forget()
    yield catalogues
    messages.forget()


def test_vietnamese_stands_for_itself(translated):
    assert translations("vi").gettext("Bạn gõ tên vào đây.") == "Bạn gõ tên vào đây."
    assert translations("vi").ngettext("%(num)s bài", "%(num)s bài", 1) == "%(num)s bài"


def test_the_plain_interface_falls_back_to_the_standard_one(translated):
    plain = translations("vi-simple")
    assert plain.gettext("Bạn gõ tên vào đây.") == "Viết tên bạn vào đây."
    assert plain.gettext("Gợi ý") == "Gợi ý"


def test_english_has_its_plurals(translated):
    english = translations("en")
    assert english.ngettext("%(num)s bài", "%(num)s bài", 1) == "%(num)s lesson"
    assert english.ngettext("%(num)s bài", "%(num)s bài", 2) == "%(num)s lessons"


def test_an_unknown_locale_speaks_vietnamese(translated):
    assert translations("../en").gettext("Gợi ý") == "Gợi ý"


def test_templates_use_them_through_the_i18n_extension(translated):
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    environment.install_gettext_translations(translations("en"), newstyle=True)
    page = environment.from_string(
        "{{ _('Xin chào %(name)s', name='<Lan>') }}, {{ ngettext('%(num)s bài', 'x', 2) }}"
    )
    assert page.render() == "Hello &lt;Lan&gt;, 2 lessons"


def test_a_changed_catalogue_is_read_again(translated):
    catalogue = read_catalogue("en", translated)
    catalogue["Gợi ý"].string = "Hint"
    translations("en")
    path = catalogue_path("en", translated)
    before = path.stat().st_mtime_ns
    write_catalogue(catalogue, "en", translated)
    assert path.stat().st_mtime_ns != before
    messages.forget()
    assert translations("en").gettext("Gợi ý") == "Hint"


def test_the_pseudo_locale_shows_what_passed_through_a_catalogue():
    assert translations(PSEUDO).gettext("Gợi ý") == "⟦Gợi ý⟧"
    assert translations(PSEUDO).ngettext("một", "nhiều", 2) == "⟦nhiều⟧"


def test_a_broken_catalogue_is_named(tmp_path):
    path = catalogue_path("en", tmp_path)
    path.parent.mkdir(parents=True)
    path.write_bytes(b'msgid "\xff"\nmsgstr ""\n')
    with pytest.raises(CatalogueError, match=r"messages\.po"):
        read_catalogue("en", tmp_path)


@pytest.mark.parametrize("locale_id", LOCALES)
def test_the_projects_own_catalogues_can_be_read(locale_id):
    assert translations(locale_id).gettext("chữ không có trong tệp nào") == "chữ không có trong tệp nào"
