"""Telling people: digests of due dates, letters, calendars to subscribe to."""
