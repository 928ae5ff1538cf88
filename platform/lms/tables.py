"""Every table of the LMS, imported in one place for the migrations."""

from lms.accounts import models as accounts
from lms.asking import models as asking
from lms.classes import models as classes
from lms.core import audit, throttle
from lms.desk import models as desk
from lms.learning import models as learning
from lms.units import models as units

__all__ = ["accounts", "asking", "audit", "classes", "desk", "learning", "throttle", "units"]
