"""What every floor stands on: settings, database, permissions, language, security, audit log."""
