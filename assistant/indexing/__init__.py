"""What a process answers from: built beside the questions, kept in files, then exchanged whole."""
