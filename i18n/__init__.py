"""Languages: locales, Vietnamese text, plain language, glossaries and message catalogues."""
