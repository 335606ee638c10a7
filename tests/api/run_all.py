"""Runs every check against one server; exits with 1 at the first that fails."""

import sys
import time
import traceback

import access
import audit_log
import balancer
import contract
import documentation
import faults
import fuzz
import hostile
import hot_swap
import idle
import identity
import language
import openid
import processes
import shared_postgres
from harness import Server

CHECKS = [contract.drift, hostile.run, idle.run, identity.run, openid.run, contract.run, access.run, language.run, fuzz.run,
          documentation.run, hot_swap.run, processes.run, balancer.run, shared_postgres.run,
          *faults.CHECKS, audit_log.run]


def main():
    server = Server()
    failed = 0
    try:
        administrator = server.first_administrator()
        # The first question waits until the book of deals is ready.
        assert administrator.get("/deals", limit=1).status == 200
        for check in CHECKS:
            name = f"{check.__module__}.{check.__name__}"
            if sys.argv[1:] and not any(word in name for word in sys.argv[1:]):
                continue
            begin = time.monotonic()
            try:
                summary = check(server, administrator)
                print(f"ok   {name}: {summary} ({time.monotonic() - begin:.1f} s)", flush=True)
            except AssertionError:
                failed += 1
                print(f"FAIL {name}", flush=True)
                traceback.print_exc(file=sys.stdout)
        alive = server.process.poll() is None
        code = server.stop()
        if not alive or code != 0:
            failed += 1
            print(f"FAIL the server ended with {code}")
    finally:
        if server.process.poll() is None:
            server.process.kill()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
