"""One answer, run in this process."""
