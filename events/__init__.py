"""What was said and observed: frozen events, and the log that keeps them."""
