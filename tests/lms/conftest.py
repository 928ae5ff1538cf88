"""What the tests of the rooms share."""

from tests.lms.site import site  # noqa: F401
from tests.lms.words_only import new_officer, officer, visitor, words_only_commune  # noqa: F401
