"""Who may do what: accounts, roles in places, keys of the API, what an actor may see."""
