"""A mail server and a web hook of one's own, for letters that must not leave this machine."""

import base64
import http.server
import json
import socketserver
import ssl
import threading


class MailSink:
    """Takes mail as RFC 5321 says; `refusals` answers to the first MAIL commands."""

    def __init__(self, refusals=(), user=None, password=None, context=None):
        self.letters, self.refusals, self.logins = [], list(refusals), []
        sink = self

        class Handler(socketserver.StreamRequestHandler):
            def say(self, text):
                self.wfile.write((text + "\r\n").encode())

            def handle(self):
                letter = {"to": []}
                self.say("220 sink")
                while line := self.rfile.readline().decode().strip():
                    verb = line.upper().split(" ")[0]
                    if verb == "EHLO":
                        self.say("250-sink")
                        self.say("250-AUTH PLAIN")
                        self.say("250 8BITMIME")
                    elif verb == "AUTH":
                        given = line.split(" ")[2] if line.count(" ") > 1 else ""
                        if not given:
                            self.say("334 ")
                            given = self.rfile.readline().decode().strip()
                        login = base64.b64decode(given).decode().split("\0")[1:]
                        sink.logins.append(login)
                        self.say("235 yes" if login == [user, password] else "535 no")
                    elif verb == "MAIL":
                        if sink.refusals:
                            self.say(sink.refusals.pop(0))
                        else:
                            letter["from"] = line
                            self.say("250 ok")
                    elif verb == "RCPT":
                        letter["to"].append(line)
                        self.say("250 ok")
                    elif verb == "DATA":
                        self.say("354 go on")
                        lines = []
                        while (text := self.rfile.readline()) != b".\r\n":
                            lines.append(text)
                        letter["message"] = b"".join(lines)
                        sink.letters.append(letter)
                        self.say("250 taken")
                    elif verb == "QUIT":
                        self.say("221 bye")
                        return
                    else:
                        self.say("250 ok")

        self.start(Handler, context)

    def start(self, handler, context):
        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

            def get_request(self):
                connection, address = super().get_request()
                if context:
                    connection = context.wrap_socket(connection, server_side=True)
                return connection, address

            def handle_error(self, request, client_address):
                pass  # a client that does not trust us hangs up

        self.server = Server(("127.0.0.1", 0), handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class WebHook:
    """Takes documents; `answers` are the first status codes, then 204."""

    def __init__(self, answers=(), context=None):
        self.posts, self.answers = [], list(answers)
        hook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):  # pylint: disable=invalid-name
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.posts.append((self.path, dict(self.headers), json.loads(body)))
                self.send_response(hook.answers.pop(0) if hook.answers else 204)
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.end_headers()

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if context:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def tls(certificate, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
