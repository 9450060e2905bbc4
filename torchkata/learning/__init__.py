"""A learner's workspace. Nothing here loads torch when it is imported."""
