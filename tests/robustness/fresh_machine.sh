#!/usr/bin/env bash
# Two commands on a machine that has nothing: `sudo bash tests/robustness/fresh_machine.sh [SUITE …]`
#
# For each suite of Debian (bookworm, trixie): a minimal root by debootstrap, with git, make and Python and
# nothing else; an ordinary user with LANG unset; a clone of the last commit in a folder with spaces and
# Vietnamese letters; `make run` as that user; then a second start in a network namespace without a network.
# Needs root and debootstrap; the roots lie in $ROOTS (/var/tmp/hocso-roots) and are removed unless KEEP=yes.
# Registries are reached as on this machine: its certificates, pip's configuration and PIP_… go along.
set -uo pipefail
cd "$(dirname "$0")/../.."
ROOTS=${ROOTS:-/var/tmp/hocso-roots}
MIRROR=${MIRROR:-http://deb.debian.org/debian}
PORT=${PORT:-18753}
PLACE="/home/chị Lan/học số"
failed=0

say() { printf '%s\n' "$*"; }
as_lan() { # ROOT COMMAND: as the ordinary user, in the folder, with nothing of our own environment
    local ours
    mapfile -t ours < <(env | grep -E '^(PIP_[A-Z_]*|https?_proxy|no_proxy)=')
    chroot "$1" env -i PATH=/usr/bin:/bin HOME="/home/chị Lan" HOCSO_PORT="$PORT" "${ours[@]}" \
        setpriv --reuid 1000 --regid 1000 --clear-groups sh -c "cd '$PLACE' && umask 022 && $2"
}

first_answer() { # ROOT LOG: wait until the site answers; the seconds go to standard output
    local began=$SECONDS
    while [ $((SECONDS - began)) -lt 900 ]; do
        if as_lan "$1" ".venv/bin/python -c 'import os, urllib.request as u; u.urlopen(\"http://127.0.0.1:\" + os.environ[\"HOCSO_PORT\"] + \"/gioi-thieu\", timeout=5)'" 2>/dev/null; then
            echo $((SECONDS - began))
            return 0
        fi
        sleep 1
    done
    return 1
}

try() { # SUITE
    local root="$ROOTS/$1" log="$ROOTS/$1.log" seconds pid
    mkdir -p "$ROOTS"
    if [ ! -x "$root/usr/bin/make" ]; then
        debootstrap --variant=minbase --include=git,make,python3,python3-venv,ca-certificates "$1" "$root" "$MIRROR" >"$log" 2>&1 ||
            { say "$1: debootstrap: $(tail -n 1 "$log")"; return 1; }
    fi
    cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
    cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
    [ -f /etc/pip.conf ] && cp /etc/pip.conf "$root/etc/"
    mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
    mountpoint -q "$root/dev" || mount --rbind --make-rslave /dev "$root/dev"
    for folder in ${SHARED_FOLDERS:-}; do # where this machine keeps wheels of its own
        mkdir -p "$root$folder" && { mountpoint -q "$root$folder" || mount --bind -o ro "$folder" "$root$folder"; }
    done
    rm -rf "$root$PLACE" && mkdir -p "$root/home/chị Lan"
    git clone -q . "$root$PLACE" && chown -R 1000:1000 "$root/home/chị Lan"

    say "$1: $(as_lan "$root" 'python3 --version; which curl sudo gcc flock' | tr '\n' ' ')"
    as_lan "$root" "exec make run" >"$log" 2>&1 &
    pid=$!
    if seconds=$(first_answer "$root"); then say "$1: first page after $seconds s"; else say "$1: no page; see $log"; failed=1; fi
    grep -E "^  gói|/bat-dau/" "$log" | tail -n 2
    say "$1: $(du -sm "$root$PLACE/.venv" | cut -f1) MB .venv, $(du -sm "$root$PLACE" | cut -f1) MB in all"
    stop "$root" "$pid"

    unshare -n bash -c "ip link set lo up; $(declare -f as_lan); PORT=$PORT PLACE='$PLACE'; as_lan '$root' 'exec make run'" >"$log.offline" 2>&1 &
    pid=$!
    local began=$SECONDS
    while ! grep -q "Started worker-2" "$log.offline" && [ $((SECONDS - began)) -lt 300 ]; do sleep 1; done
    if grep -q "Started worker-2" "$log.offline"; then say "$1: second start without network: $((SECONDS - began)) s"; else say "$1: second start without network failed; see $log.offline"; failed=1; fi
    stop "$root" "$pid"
}

stop() { # ROOT PID: the server of that root, found by its lock, told to stop
    local place
    for place in /proc/[0-9]*; do
        if [ "$(readlink "$place/root")" = "$1" ] && tr '\0' ' ' <"$place/cmdline" | grep -q 'wsgi.py serve'; then
            [ "$(readlink "/proc/$(awk '/^PPid/{print $2}' "$place/status")/exe")" = "$(readlink "$place/exe")" ] || kill -HUP "${place#/proc/}"
        fi
    done 2>/dev/null
    wait "$2" 2>/dev/null
}

clean() {
    [ "${KEEP:-}" = yes ] && return
    local root folder
    for root in "$ROOTS"/*/; do
        root=${root%/}
        for folder in ${SHARED_FOLDERS:-} /proc; do umount "$root$folder" 2>/dev/null; done
        umount -R "$root/dev" 2>/dev/null
        grep -q " $root/" /proc/mounts || rm -rf "$root"
    done
}
trap clean EXIT
for suite in "${@:-bookworm}"; do try "$suite" || failed=1; done
exit $failed
