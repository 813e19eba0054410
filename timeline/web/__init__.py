"""The timeline served: feeds, pages and the API; the only room that knows FastAPI. Nothing is wired at import."""
