"""Who is in a class."""

from lms.classes import service
from lms.classes.models import Class


def names(site, class_id) -> list[str]:
    with site.reading() as db:
        return [one.name for one in service.members(db, db.get(Class, class_id))]
