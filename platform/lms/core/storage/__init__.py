"""Whether the database and the disk take what is saved, and what is said when they do not."""
