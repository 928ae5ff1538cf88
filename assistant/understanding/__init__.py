"""What somebody asks: the words, the intent, what must be masked, what must be answered first."""
