"""Media that the server itself takes part in: the echo of the line check, in a process of its own."""
