"""The reader of QR codes reads what the classes' own QR codes say (no browser is opened)."""

import string

from hypothesis import given, settings
from hypothesis import strategies as st

from lms.classes.views import qr
from tests.browser.qr_reader import text_of

ADDRESS = st.text(string.ascii_letters + string.digits + "-_./:", min_size=20, max_size=150)


@settings(max_examples=12)
@given(ADDRESS.map("http://".__add__))
def test_what_was_drawn_is_read(address):
    assert text_of(qr(address)) == address
