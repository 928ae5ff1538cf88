"""People of an older database stand in order and are found, without anybody touching them."""

from __future__ import annotations

from sqlalchemy import text

from i18n.person_names import order_key
from lms.tables import upgrade_schema
from tests.lms.asking.test_asking_migration import go_back

OLD = """
    INSERT INTO people (id, is_guest, name, must_change_secret, is_child, created_at)
    VALUES (:id, false, :name, false, false, '2026-11-01 08:00:00')
"""


def test_names_that_were_there_are_filled_in(engine):
    upgrade_schema(engine, None)
    go_back(engine, "0002")
    with engine.begin() as connection:
        for number in range(2500):
            connection.execute(text(OLD), {"id": f"{number:032}", "name": f"Đỗ Thị Hòa {number}"})
        connection.execute(text(OLD), {"id": "x" * 32, "name": None})
    upgrade_schema(engine, None)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT name, name_key, name_search FROM people")).all()
        assert len(rows) == 2501
        for name, key, search in rows:
            assert key == (order_key(name) if name else "")
            assert search.startswith(" do thi hoa ") if name else search == ""
