"""How heavy and how quick Học Số is on this machine. `make bench` runs all; nothing here is a test."""
