"""Sentences that graders of this module share, each with the idea behind it."""
