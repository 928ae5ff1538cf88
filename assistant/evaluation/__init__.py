"""Measuring the assistant on questions whose right outcome is known; nothing of it serves."""
