"""Lessons and quotes as HTML."""
