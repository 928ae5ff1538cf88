"""Finding the passages that speak of what was asked."""
