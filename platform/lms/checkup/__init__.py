"""Checking an installation: what is right, what may wait, and what must be mended."""
