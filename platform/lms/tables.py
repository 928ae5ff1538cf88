"""Every table of the LMS, imported in one place, and the way to bring them up to date."""

from pathlib import Path

from sqlalchemy import Engine

from lms.accounts import models as accounts
from lms.asking import models as asking
from lms.classes import models as classes
from lms.core import audit, once, throttle
from lms.core.database import MIGRATIONS, VERSION_TABLE, Base, upgrade
from lms.desk import models as desk
from lms.learning import models as learning
from lms.units import models as units

__all__ = [
    "accounts",
    "asking",
    "audit",
    "classes",
    "desk",
    "learning",
    "once",
    "throttle",
    "units",
    "upgrade_schema",
]


def upgrade_schema(engine: Engine, backups: Path | None) -> str:
    """Bring the LMS tables up to date (locked, with a backup first); returns the revision."""
    return upgrade(engine, MIGRATIONS, VERSION_TABLE, Base.metadata, backups)
