"""Teachers, classes, join codes, assigned paths."""
