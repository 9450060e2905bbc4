"""What pytest is told of exercises."""
