"""Warm starts: a sweep's trials are forks of one process that has imported what they import.

`start.py` is that process, the host, and `host.py` the controller's end of it; `plan.py` reads
what to import, `conditions.py` and `launcher.py` decide whether a trial may be a fork. How much a
trial is like a new interpreter is told, point by point, in `docs/warm-trials.md`.
"""
