"""Backup: one checksummed file of everything, made while the site is served; verified, and brought back."""
