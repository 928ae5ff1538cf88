"""A language model may only put an answer into other words: asking it, and checking what comes."""
