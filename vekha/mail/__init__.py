"""Letters: a digest in words, as a message, and its way to the mail server. Knows no database and no clock."""
