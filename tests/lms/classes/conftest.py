"""A teacher and their class."""

import pytest


@pytest.fixture(scope="module")
def teacher(site):
    site.add("cohoa", "teacher")
    return site.on("cohoa")


@pytest.fixture
def class_id(site):
    return site.class_of("cohoa")
