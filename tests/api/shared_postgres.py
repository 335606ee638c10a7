"""Several processes on one PostgreSQL server, where they would stand on machines of their own."""

import balancer
import processes
from harness import Server
from private_postgres import private_postgres


def run(_server, _administrator):
    with private_postgres() as postgres:
        if not postgres:
            return "skipped: PostgreSQL cannot be started"
        postgres.fill()
        server = Server(database=postgres.url)
        try:
            administrator = server.first_administrator()
            behind = balancer.run(server, administrator, database=postgres.url)
            shared = processes.run(server, administrator, database=postgres.url)
            return f"{behind}; {shared}"
        finally:
            server.process.kill()
            server.process.wait()
