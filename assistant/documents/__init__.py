"""Documents that staff bring: PDF, Word and web pages read into headed sections of plain text."""
