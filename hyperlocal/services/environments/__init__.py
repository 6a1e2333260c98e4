"""Environments: what a training script needs, what it asks for, and what is installed.

Nothing here runs a script: imports are read with `ast`, versions from what pip wrote down.
"""
