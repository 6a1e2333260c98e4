"""The studio: local web pages over the history, read while sweeps run and ever after.

It needs the extra `hyperlocal[studio]`. Figures, tables and words are those of `hyperlocal.views`;
here are only pages, the server, and what keeps it safe.
"""
