"""Whether lessons are whole, plain, sourced: what `python -m courses check` says."""
