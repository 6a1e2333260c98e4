"""Services: what datasets, models, environments, compute, metrics and runs do on this machine."""
