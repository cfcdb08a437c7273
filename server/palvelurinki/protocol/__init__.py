"""The versioned wire messages and what is generated from them."""
