"""What can stand between a person and a working button: each obstacle a function of the machine and the book."""
