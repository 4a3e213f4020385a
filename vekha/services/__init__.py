"""Use cases: a function for each. It loads, asks the domain, and writes through the unit of work it is handed."""
