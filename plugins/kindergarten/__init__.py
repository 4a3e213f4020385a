"""The kindergarten: teacher to teacher, professional deficits, a personalised programme for each pair."""
