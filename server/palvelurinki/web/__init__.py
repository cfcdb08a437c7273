"""HTTP and WebSocket: thin translation between the wire and the use cases."""
