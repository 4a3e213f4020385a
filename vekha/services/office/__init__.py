"""Papers: drafted, numbered, approved, filed, copied, verified, and in time destroyed."""
