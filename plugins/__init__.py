"""The institution types that come with Vekha: one folder each."""
