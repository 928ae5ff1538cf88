"""Học Số, the learning platform: a Flask application, cut by what people do."""

__version__ = "0.2.0"
