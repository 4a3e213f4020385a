"""People: registers and consents, pairs and matching, personal links, the end of work and erasure."""
