"""One process of the console: `python -m vekha.web.serve HOST PORT`. Several share a port, the system deals out who
asks among them; nothing of a conversation is kept in a process.
"""

import socket
import sys

import uvicorn

from vekha.memory import tune_memory
from vekha.web.app import create_app
from vekha.web.rendering import environment


def listening(host: str, port: int) -> socket.socket:
    """A socket that others of ours may listen on, too. Raises OSError where somebody else does."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    made.bind((host, port))
    return made


def settle() -> None:
    """After everything is loaded: templates do not change any more, and the collector does not stop in the middle of a
    page to look through the program itself, a fifth of a second each time."""
    environment().auto_reload = False
    tune_memory()


def main() -> None:
    host, port = sys.argv[1], int(sys.argv[2])
    web = create_app()
    settle()
    config = uvicorn.Config(web, host=host, port=port, log_level="warning", server_header=False)
    uvicorn.Server(config).run(sockets=[listening(host, port)])


if __name__ == "__main__":
    main()
