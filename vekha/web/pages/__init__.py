"""Pages by whom they serve; each module has a router."""
