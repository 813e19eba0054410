"""What the timeline looks like to others: feeds, tables, lines; bytes out of entries, and nothing else."""
