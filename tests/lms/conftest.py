"""What the tests of the rooms share."""

import pytest

from tests.lms.site import site  # noqa: F401
from tests.lms.words_only import new_officer, officer, visitor, words_only_commune  # noqa: F401


@pytest.fixture
def with_tokens(site, monkeypatch):  # noqa: F811
    """The site with the tokens of its forms looked at, as it is served."""
    monkeypatch.setitem(site.app.config, "WTF_CSRF_ENABLED", True)
    return site
