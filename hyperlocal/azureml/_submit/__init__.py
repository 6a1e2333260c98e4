"""Submission: a checked configuration becomes a recorded run with a controller of its own.

`Experiment.submit` hands itself to the configuration, whose `_submit_to` calls what is here.
"""
