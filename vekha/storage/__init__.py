"""Where the truth of the process lives: tables, the engine, the unit of work, the outbox, migrations."""
