"""Views: what people look at, read from the history and the run folders, and never written."""
