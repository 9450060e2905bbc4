"""The `kata` command: where it starts, and a module for each command or group of commands."""
