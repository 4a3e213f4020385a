"""Pure decisions: no SQL, no clock, no Prefect, no writing of files. The time is always an argument."""
