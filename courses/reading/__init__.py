"""Courses read from their folders into values; each fault with its file, its line and what to do."""
