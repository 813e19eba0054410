"""What the events add up to: prices, verdicts, entries."""
