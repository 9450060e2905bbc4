"""For authors: a new exercise, and proof that its grader is strong and fair."""
