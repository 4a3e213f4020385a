"""Looking at a region: the board, who is late or will be, a dossier, the queue, the journal of changes."""
