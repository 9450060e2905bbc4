"""The same behind walls: the only folder that knows Linux."""
