"""The program on a kiosk terminal: it enrols the device, signs it in and looks after it."""
