"""A PostgreSQL server of one test's own, with the made-up company and a model in it."""

import contextlib
import subprocess

from harness import REVINT, SOURCE


class PrivatePostgres:
    def __init__(self, url, control, folder, runner):
        self.url, self.folder = url, folder
        self._command = [*runner.split(), control, "--pgdata", folder + "/data", "-w"]

    def control(self, *arguments):
        """What pg_ctl does: start, stop, restart."""
        subprocess.run([*self._command, *arguments], check=True, stdout=subprocess.DEVNULL)

    def fill(self):
        for arguments in (["import", "company"], ["train", "--promote-if-better"]):
            done = subprocess.run([REVINT, "--db", self.url, "--quiet", *arguments], check=False,
                                  stdout=subprocess.DEVNULL)
            assert done.returncode in (0, 5), done.returncode


@contextlib.contextmanager
def private_postgres():
    """None where PostgreSQL cannot be started."""
    script = (f'. "{SOURCE}/scripts/postgres_server.sh"; start_postgres >&2 || exit 1; '
              'echo "$REVINT_TEST_POSTGRES"; echo "$postgres_binaries/pg_ctl"; '
              'echo "$postgres_folder"; echo "${postgres_runner[@]}"; read -r _; stop_postgres')
    keeper = subprocess.Popen(["bash", "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              text=True)
    url, control, folder, runner = (keeper.stdout.readline().strip() for _ in range(4))
    try:
        yield PrivatePostgres(url, control, folder, runner) if folder else None
    finally:
        keeper.communicate("\n")
