"""Where prices come from: one module a source, each the only door to what it talks to."""
