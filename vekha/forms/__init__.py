"""Forms: pydantic models that a user fills, and the forms of the target model that every type shares."""
