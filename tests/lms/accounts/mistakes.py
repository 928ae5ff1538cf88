"""What a form that came back names."""

from tests.lms.site import soup


def named(came) -> list[str]:
    """The fields that the summary of mistakes leads to, in its order."""
    page = soup(came)
    fields = [link["href"].removeprefix("#f-") for link in page.select("#loi a")]
    assert came.status_code == 422 and all(page.select_one(f"#f-{name}") for name in fields)
    return fields
