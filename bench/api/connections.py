"""What an open connection costs: opens many, asks once on each, and looks at the server's memory.

  connections.py PORT PID COUNT
"""

import resource
import socket
import sys


def resident(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        for line in file:
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    return 0


port, pid, count = (int(text) for text in sys.argv[1:4])
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
count = min(count, hard - 50)


def open_one():
    made = socket.create_connection(("127.0.0.1", port), timeout=30)
    made.sendall(b"GET /healthz HTTP/1.1\r\nHost: bench\r\n\r\n")
    assert made.recv(65536).startswith(b"HTTP/1.1 200"), "the server refused a connection"
    return made


# What the first connections allocate stays with the server; it is no cost of the next.
for closing in [open_one() for _ in range(count // 10)]:
    closing.close()
before = resident(pid)
kept = [open_one() for _ in range(count)]
print(f"{(resident(pid) - before) / count:.1f} kB of the server for each of {count} open connections")
