"""The API for other systems, `/api/v1`: keys with scopes, pages by key, every refusal in one shape."""
