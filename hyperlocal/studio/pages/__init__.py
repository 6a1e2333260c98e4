"""Pages: one module a page, with what it shows and how it follows what happens."""
