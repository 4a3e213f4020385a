"""The forms of the federal target model that several institution types share (DOMAIN.md §4)."""
