"""Submissions in, records and results out."""
