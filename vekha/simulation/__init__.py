"""A year on a virtual clock: the journey of one institution, a whole region of them, the demo."""
