"""Observations in, a result out. Nothing is run here, and no file is read."""
