"""The standard courses, and the code that reads, checks and shows them."""
