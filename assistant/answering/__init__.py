"""From a question to an answer: safety first, then what was found, in the source's own words."""
