"""A small project with screens, and its catalogues in an empty folder."""

from pathlib import Path

import pytest

PAGE = """{% extends "base.html" %}
<h1>{{ _("Xin chào %(name)s", name=person) }}</h1>
<p title="{{ _('Gợi ý') }}">{% trans %}Bài <b>mới</b>{% endtrans %}</p>
<p>{{ ngettext("%(num)s bài", "%(num)s bài", n) }}</p>
"""
VIEWS = '''"""Tài liệu, không phải chữ trên màn hình."""
from lms.core.language import gettext, lazy

EMPTY = lazy("Bạn gõ tên vào đây.")


def hello():
    """Chào người học."""
    return gettext("Đã lưu. <a>Xem</a>")
'''


@pytest.fixture
def project(tmp_path) -> Path:
    """The root of a project with one template and one view; all its words are marked."""
    templates = tmp_path / "platform/lms/templates/learning"
    templates.mkdir(parents=True)
    (templates / "lesson.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "platform/lms/views.py").write_text(VIEWS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def catalogues(tmp_path) -> Path:
    """Where the project's catalogues are written."""
    return tmp_path / "i18n/catalogues"
