"""Due dates after the launch: shifts with undo, the operator's own deadlines, extensions, decrees on the calendar."""
