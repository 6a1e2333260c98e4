"""Data: where files of datasets are, how they are read, and what is remembered of them."""
