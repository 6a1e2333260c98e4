"""Doors: `import azureml` resolves to `hyperlocal.azureml`, in this process or in a child's."""
