# shellcheck shell=bash
# A small Debian to try things in. Sourced by packaging/check and docker/check, from the root of the
# sources, as root.
#
#   chroot_up NAME [PACKAGE ...]   makes build/chroot/NAME and sets `root`
#   in_chroot COMMAND ...          runs a command in it as root, with a clean environment
#   as_service COMMAND ...         the same as the user revint in its state folder
#   start_unit UNIT / stop_unit    runs the ExecStart of an installed unit / stops it
#   wait_for URL                   until it answers, at most 30 s
#   chroot_down KEEP               unmounts, and deletes unless KEEP is yes
. scripts/steps.sh

root=
unit_process=

chroot_up() {
  local name="$1" base="$PWD/build/chroot/base.tar"
  mkdir -p build/chroot
  root="$PWD/build/chroot/$name"
  umount -q "$root/proc" 2>/dev/null || true
  rm -rf "$root"
  if [ ! -e "$base" ]; then
    debootstrap --variant=minbase bookworm "$root.base" >"$root.debootstrap.log" 2>&1 ||
      { tail -n 5 "$root.debootstrap.log"; return 1; }
    tar -C "$root.base" -cf "$base.new" . && mv "$base.new" "$base"
    rm -rf "$root.base"
  fi
  mkdir "$root"
  tar -C "$root" -xf "$base"
  # The archive is reached as from here; the archive's own updates belong to it.
  cp /etc/resolv.conf /etc/hosts "$root/etc/"
  cp /etc/apt/apt.conf.d/*  "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
  printf 'deb http://deb.debian.org/debian %s main\n' bookworm bookworm-updates >"$root/etc/apt/sources.list"
  printf 'deb http://deb.debian.org/debian-security bookworm-security main\n' >>"$root/etc/apt/sources.list"
  # As in containers: nothing starts services by itself.
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod +x "$root/usr/sbin/policy-rc.d"
  mount -t proc proc "$root/proc"
  in_chroot apt-get update -q >"$root/root/apt.log" 2>&1 || { tail -n 5 "$root/root/apt.log"; return 1; }
}

chroot_down() {
  stop_unit || true
  [ -n "$root" ] || return 0
  umount -q "$root/proc" 2>/dev/null || true
  [ "$1" = yes ] || rm -rf --one-file-system "$root"
}

in_chroot() {
  env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive SSL_CERT_FILE="${chroot_certificates:-}" chroot "$root" "$@"
}

as_service() {
  in_chroot setpriv --reuid revint --regid revint --init-groups --no-new-privs \
    env HOME=/var/lib/revint sh -c 'cd /var/lib/revint && exec "$@"' sh "$@"
}

start_unit() {
  local unit="$root/lib/systemd/system/$1" command environment
  environment="$(sed -n 's/^EnvironmentFile=//p' "$unit")"
  command="$(sed -n 's/^ExecStart=//p' "$unit")"
  [ "$(sed -n 's/^User=//p' "$unit")" = revint ] || { echo "$1 runs as somebody else"; return 1; }
  # Both expansions of systemd are the shell's here: ${NAME} one word, $NAME split at spaces.
  command="$(sed -E 's/(\$\{[A-Z_]+\})/"\1"/g' <<<"$command")"
  local settings=()
  mapfile -t settings < <(grep -E '^[A-Z_]+=' "$root$environment")
  as_service env "${settings[@]}" sh -c "echo \$\$ >unit.pid; exec $command" \
    >"$root/root/$1.log" 2>&1 &
  unit_process=$!
}

stop_unit() {
  [ -n "$unit_process" ] || return 0
  local code=0
  kill -TERM "$(cat "$root/var/lib/revint/unit.pid")" 2>/dev/null || true
  wait "$unit_process" || code=$?
  unit_process=
  echo "The service ended with $code"
  return "$code"
}

wait_for() {
  curl -s --fail --retry 60 --retry-delay 0 --retry-max-time 30 --retry-connrefused -o /dev/null "$1"
}
