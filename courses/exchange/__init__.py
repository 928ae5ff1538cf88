"""Courses on their way to somewhere else: on paper, and in one file for places without a line."""
