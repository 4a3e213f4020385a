"""The school: pupils and their teachers, the seven stages of the target model; and the two-year variant for talents."""
