"""Requests that are meant to be read in two ways, or never end."""

import socket

GOOD = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"

# (name, bytes, statuses that are right)
CASES = [
    ("no Host", b"GET /healthz HTTP/1.1\r\n\r\n", {400}),
    ("two Hosts", GOOD + b"Host: y\r\n\r\n", {400}),
    ("odd Host", b"GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n", {400}),
    ("length and chunked", GOOD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     {400}),
    ("two lengths", GOOD + b"Content-Length: 0\r\nContent-Length: 5\r\n\r\n", {400}),
    ("equal lengths", GOOD + b"Content-Length: 0\r\nContent-Length: 0\r\n\r\n", {400}),
    ("list of lengths", GOOD + b"Content-Length: 0, 0\r\n\r\n", {400}),
    ("negative length", GOOD + b"Content-Length: -1\r\n\r\n", {400}),
    ("plus length", GOOD + b"Content-Length: +1\r\n\r\n", {400}),
    ("hex length", GOOD + b"Content-Length: 0x10\r\n\r\n", {400}),
    ("huge length", GOOD + b"Content-Length: 99999999999999999999\r\n\r\n", {400}),
    ("unknown coding", GOOD + b"Transfer-Encoding: xchunked\r\n\r\n", {501}),
    ("two codings", GOOD + b"Transfer-Encoding: gzip, chunked\r\n\r\n", {501}),
    ("coding twice", GOOD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     {400}),
    ("coding in 1.0", b"POST /healthz HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400}),
    ("blank before colon", GOOD + b"Content-Length : 5\r\n\r\nhello", {400}),
    ("folded line", GOOD + b"X: a\r\n b\r\n\r\n", {400}),
    ("bare line feed", b"GET /healthz HTTP/1.1\nHost: x\n\r\n\r\n", {400}),
    ("bare carriage return", GOOD + b"X: a\rY: b\r\n\r\n", {400}),
    ("zero byte", GOOD + b"X: a\x00b\r\n\r\n", {400}),
    ("control byte", GOOD + b"X: a\x01b\r\n\r\n", {400}),
    ("no name", GOOD + b": b\r\n\r\n", {400}),
    ("version 9.9", b"GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n", {505}),
    ("version word", b"GET /healthz FTP/1.1\r\nHost: x\r\n\r\n", {400}),
    ("two blanks", b"GET  /healthz HTTP/1.1\r\nHost: x\r\n\r\n", {400}),
    ("lower-case method", b"get /healthz HTTP/1.1\r\nHost: x\r\n\r\n", {400}),
    ("absolute target", b"GET http://y/healthz HTTP/1.1\r\nHost: x\r\n\r\n", {400}),
    ("CONNECT", b"CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n", {400}),
    ("broken escape", b"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", {400}),
    ("escaped zero", b"GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n", {400}),
    ("escaped line", b"GET /api/v1/meta?x=%0d%0aSet-Cookie:a HTTP/1.1\r\nHost: x\r\n\r\n", {400}),
    ("bad UTF-8", b"GET /%ff HTTP/1.1\r\nHost: x\r\n\r\n", {400}),
    ("dots", b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", {200, 404}),
    ("escaped dots", b"GET /assets/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", {404}),
    ("unknown method", b"BREW /api/v1/meta HTTP/1.1\r\nHost: x\r\n\r\n", {405}),
    ("long target", b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", {431}),
    ("long head", GOOD + b"X: " + b"a" * 20000 + b"\r\n\r\n", {431}),
    ("many fields", GOOD + b"".join(b"X%d: 1\r\n" % i for i in range(150)) + b"\r\n", {431}),
    ("endless head", GOOD + b"X: " + b"a" * 200000, {431}),
    ("large body", b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n",
     {413}),
    ("large chunk", b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
     b"fffffffffffffff\r\n", {400, 413}),
    ("bad chunk", b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
     b"zz\r\n", {400}),
    ("expectation", GOOD + b"Expect: 200-ok\r\n\r\n", {417}),
]


def ask(port, data):
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        try:
            connection.sendall(data)
            received = b""
            while b"\r\n\r\n" not in received:
                piece = connection.recv(65536)
                if not piece:
                    break
                received += piece
        except (ConnectionResetError, BrokenPipeError):
            return 0
    return int(received.split(b" ", 2)[1]) if received.startswith(b"HTTP/1.1 ") else 0


def run(server, _administrator):
    wrong = []
    for name, data, expected in CASES:
        status = ask(server.port, data)
        if status not in expected:
            wrong.append(f"{name}: {status}, expected {sorted(expected)}")
    assert not wrong, "\n".join(wrong)

    # What follows a refused request on the connection is not read as another one.
    smuggled = (GOOD + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(smuggled)
        received = b""
        while piece := connection.recv(65536):
            received += piece
    assert received.count(b"HTTP/1.1 ") == 1, received

    # Requests in one packet are answered in order.
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(GOOD + b"\r\n" + GOOD + b"Connection: close\r\n\r\n")
        received = b""
        while piece := connection.recv(65536):
            received += piece
    assert received.count(b"HTTP/1.1 200") == 2, received

    # Half-sent requests keep nobody else waiting.
    silent = []
    for _ in range(200):
        connection = socket.create_connection(("127.0.0.1", server.port), timeout=20)
        connection.sendall(b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Len")
        silent.append(connection)
    assert server.client().request("GET", "/healthz").status == 200
    for connection in silent:
        connection.close()
    return f"{len(CASES)} cases, smuggling, pipelining, 200 silent clients"
