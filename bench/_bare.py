"""The limit: the least that FastAPI does for a relay, under the settings of the real server.

    python -m bench._bare PORT

A socket names itself by its path; what it sends goes to the socket that `to` names, or is answered when it names none.
No sign-in, no sessions, no order, nothing checked.
"""

import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from fastapi.responses import FileResponse
from typing_extensions import override

from palvelurinki.serving import TRANSPORT_FRAME_LIMIT

# uvicorn notices a line that was cut within the same 20 s as ours does.
PING_EVERY_S, PING_WITHIN_S = 10, 10

PAGE = Path(__file__).with_name("_first_frame_bare.html")

app = FastAPI()
sockets: dict[str, WebSocket] = {}


@app.websocket("/ws/{name}")
async def relay(websocket: WebSocket, name: str) -> None:
    """Pass on, or answer."""
    await websocket.accept()
    sockets[name] = websocket
    try:
        while True:
            message = await websocket.receive_json()
            to = message.get("to")
            if to is None:
                await websocket.send_json(
                    {"type": "ack", "re": message["id"], "server_time": datetime.now(UTC).isoformat()}
                )
            else:
                await sockets[to].send_json(message)
    except WebSocketDisconnect:
        del sockets[name]


@app.get("/page")
async def page() -> FileResponse:
    """The page of two browsers that call each other."""
    return FileResponse(PAGE)


class Server(uvicorn.Server):
    """Says when it listens."""

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then tell."""
        await super().startup(sockets)
        print("the bare relay serves", flush=True)


if __name__ == "__main__":
    config = uvicorn.Config(
        app,
        port=int(sys.argv[1]),
        ws="websockets-sansio",
        ws_max_size=TRANSPORT_FRAME_LIMIT,
        ws_ping_interval=PING_EVERY_S,
        ws_ping_timeout=PING_WITHIN_S,
        ws_per_message_deflate=False,
        log_level="warning",
        access_log=False,
        server_header=False,
    )
    Server(config).run()
