"""The WebSocket endpoint and its sessions."""
