import os
from http.server import HTTPServer, BaseHTTPRequestHandler
HTTPServer(('0.0.0.0', int(os.environ.get('PORT', 8080))), BaseHTTPRequestHandler).serve_forever()
