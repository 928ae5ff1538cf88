"""The databases that tests are given are empty, real, and gone afterwards."""

from sqlalchemy import inspect, make_url, text

from tests.conftest import fresh_database


def test_engine_is_of_the_kind_that_the_address_names(engine, database_url):
    assert engine.dialect.name == make_url(database_url).get_backend_name()


def test_a_module_begins_with_an_empty_database(engine):
    assert inspect(engine).get_table_names() == []


def test_two_databases_do_not_know_each_other(engine, tmp_path):
    with fresh_database(engine.dialect.name, tmp_path) as other:
        assert make_url(other).database != engine.url.database


def test_a_vietnamese_word_comes_back_as_it_went(engine):
    with engine.begin() as connection:
        connection.execute(text("CREATE TEMPORARY TABLE words (word VARCHAR(40))"))
        connection.execute(text("INSERT INTO words VALUES ('Ê Đê, hòa, thủy')"))
        assert connection.scalar(text("SELECT word FROM words")) == "Ê Đê, hòa, thủy"
