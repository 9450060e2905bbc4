"""What Canvas, Moodle, Gradescope, GitHub and others write and read."""
