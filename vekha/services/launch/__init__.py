"""Campaigns: planned, launched for one institution or a whole region, paused, joined late, finished."""
