"""The records of the national catalogue, read from the texts they come in."""
