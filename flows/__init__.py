"""Prefect flows. No run waits for a human; killed anywhere and run again, each finishes and does nothing twice."""
