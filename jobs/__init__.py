"""When, from where, and how it is wired."""
