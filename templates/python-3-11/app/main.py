import os
import platform
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from json import dumps
from signal import SIGTERM, signal

HOST = os.environ.get("HOST", "127.0.0.1")
PORT = int(os.environ.get("PORT", "8000"))


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        answer = {"message": "Your Python application goes here.", "python": platform.python_version(), "path": self.path}
        body = f"{dumps(answer)}\n".encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def stop(*_):
    raise SystemExit(0)


signal(SIGTERM, stop)
print(f"listening on {HOST}:{PORT}", flush=True)
ThreadingHTTPServer((HOST, PORT), Handler).serve_forever()
