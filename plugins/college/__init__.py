"""The college: employers first, dual training, three bases of mentors, two waves of work in a calendar year."""
