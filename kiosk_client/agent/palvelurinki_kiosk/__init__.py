"""The program on a kiosk terminal: tells whether the terminal can work, and keeps its browser running."""
