"""The region itself: its institutions in bulk and one by one, their calendars and clocks, what they publish."""
