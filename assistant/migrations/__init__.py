"""How the assistant's tables came to be, step by step (Alembic)."""
