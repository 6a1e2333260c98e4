"""Reports: a run as one file to send to somebody, and the data behind it."""
