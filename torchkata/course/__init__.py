"""An exercise on disk, as text. Nothing here loads torch when it is imported."""
