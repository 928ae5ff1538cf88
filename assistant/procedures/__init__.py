"""Administrative procedures: one record, where it comes from, what people call it, what it answers."""
