"""What the tests of accounts share."""

import pytest
from sqlalchemy import select

from lms.core import throttle


@pytest.fixture
def nobody_waits(site):
    """Each test begins with no failures counted against the one address they all come from."""
    with site.database() as db:
        for row in db.scalars(select(throttle.Throttle)):
            db.delete(row)
        db.commit()
