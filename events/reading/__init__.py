"""Reading an article: text in four languages becomes claims with the characters they came from; pure functions."""
