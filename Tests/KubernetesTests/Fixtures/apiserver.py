"""A stand-in for an API server: TLS, identities and the answers a doctor asks for. It stores nothing.

It prints its port, and then one line of JSON for each request: method, path, user, headers that matter.
"""

import argparse, base64, json, ssl, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--cert")
parser.add_argument("--key")
parser.add_argument("--client-ca")
parser.add_argument("--require", action="store_true", help="refuse connections without a client certificate")
parser.add_argument("--tokens", help="a JSON file of credentials and users, read at each request")
parser.add_argument("--deny", default="", help="resources nobody may list, 'pods' or 'pods@' for cluster-wide")
parser.add_argument("--minor", default="36")
parser.add_argument("--apis", default="apis.aggregated.json")
parser.add_argument("--html", action="store_true", help="answer everything with a login page")
args = parser.parse_args()
fixtures = Path(__file__).parent / "discovery"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *ignored):
        pass

    def answer(self, status, body, kind="application/json"):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def status(self, code, reason, message):
        self.answer(code, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
                           "message": message, "reason": reason, "code": code})

    def user(self):
        """Who asks: {"username", "groups"}; None for a credential that is wrong."""
        credential = self.headers.get("Authorization")
        if credential:
            known = json.loads(Path(args.tokens).read_text()) if args.tokens else {}
            scheme, _, value = credential.partition(" ")
            return known.get(value if scheme == "Bearer" else base64.b64decode(value).decode())
        shown = self.connection.getpeercert() if args.cert else None
        if shown:
            parts = [pair for part in shown["subject"] for pair in part]
            return {"username": dict(parts)["commonName"],
                    "groups": [v for k, v in parts if k == "organizationName"] + ["system:authenticated"]}
        return {"username": "system:anonymous", "groups": ["system:unauthenticated"]}

    def handle_any(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else {}
        user = self.user()
        seen = {k: self.headers.get_all(k) for k in self.headers if k.startswith("Impersonate-")}
        print(json.dumps({"method": self.command, "path": self.path, "headers": seen,
                          "user": user and user["username"]}), flush=True)
        if args.html:
            return self.answer(200, b"<html><head><title>Sign in</title></head></html>", "text/html")
        if user is None:
            return self.status(401, "Unauthorized", "Unauthorized")
        if "Impersonate-User" in self.headers:
            if "impersonators" not in user["groups"]:
                name = self.headers["Impersonate-User"]
                return self.status(403, "Forbidden", f'users "{name}" is forbidden: User "{user["username"]}" '
                                   'cannot impersonate resource "users" in API group "" at the cluster scope')
            user = {"username": self.headers["Impersonate-User"],
                    "groups": self.headers.get_all("Impersonate-Group") or ["system:authenticated"]}
        path = self.path.split("?")[0]
        if path.endswith("/selfsubjectreviews"):
            return self.answer(201, {"kind": "SelfSubjectReview", "apiVersion": "authentication.k8s.io/v1",
                                     "status": {"userInfo": user}})
        if path.endswith("/selfsubjectaccessreviews"):
            asked = body["spec"]["resourceAttributes"]
            denied = args.deny.split(",")
            no = asked["resource"] in denied or ("namespace" not in asked and asked["resource"] + "@" in denied)
            return self.answer(201, {"kind": "SelfSubjectAccessReview", "status": {"allowed": not no}})
        if path == "/version":
            return self.answer(200, {"major": "1", "minor": args.minor, "gitVersion": f"v1.{args.minor}.2",
                                     "platform": "linux/amd64"})
        if path in ("/api", "/apis"):
            name = "api.aggregated.json" if path == "/api" else args.apis
            return self.answer(200, (fixtures / name).read_bytes())
        self.status(404, "NotFound", "the server could not find the requested resource")

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
if args.cert:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(args.cert, args.key)
    if args.client_ca:
        context.load_verify_locations(args.client_ca)
        context.verify_mode = ssl.CERT_REQUIRED if args.require else ssl.CERT_OPTIONAL
    # The handshake belongs to the connection's own thread.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
print(server.server_port, flush=True)
threading.Thread(target=lambda: (sys.stdin.read(), server.shutdown()), daemon=True).start()
server.serve_forever()
