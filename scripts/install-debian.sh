#!/usr/bin/env bash
# Installs the programs that some checks use beside Node, on Debian and its relatives: only those missing,
# without a question. Where that is impossible it says so and exits 0: the checks that need them are skipped.
set -u

# program=package
wanted=(chromium=chromium rsyslogd=rsyslog oathtool=oathtool openssl=openssl
  rsvg-convert=librsvg2-bin zbarimg=zbar-tools go=golang-go sqlmap=sqlmap wapiti=wapiti)
# The library with which Go verifies audit logs.
go_library=/usr/share/gocode/src/golang.org/x/mod

packages=()
for pair in "${wanted[@]}"; do
  PATH="$PATH:/usr/sbin:/sbin" command -v "${pair%%=*}" >/dev/null || packages+=("${pair#*=}")
done
[ -d "$go_library" ] || packages+=(golang-golang-x-mod-dev)
# TLS of rsyslogd.
ls /usr/lib/*/rsyslog/lmnsd_ossl.so >/dev/null 2>&1 || packages+=(rsyslog-openssl)
if [ ${#packages[@]} -eq 0 ]; then
  echo "Programs for the checks: all present."
  exit 0
fi

give_up() {
  echo "Programs for the checks: not installed (${packages[*]}): $1. Checks that need them are skipped."
  exit 0
}

command -v apt-get >/dev/null || give_up "this system has no apt-get; install them by its own means"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  sudo -n true 2>/dev/null || give_up "that needs root, or sudo without a password"
  as_root=(sudo -n)
fi
as_root+=(env DEBIAN_FRONTEND=noninteractive)

log=$(mktemp)
trap 'rm -f "$log"' EXIT
# Starting a service is not wanted, and often not possible in a container: rsyslogd is run by the checks.
install() {
  "${as_root[@]}" apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=120 "$@" >>"$log" 2>&1 </dev/null
}

echo "Programs for the checks: installing ${packages[*]} ..."
"${as_root[@]}" apt-get update >>"$log" 2>&1 </dev/null || echo "The list of packages could not be refreshed; trying with the old one."
if ! install "${packages[@]}"; then
  # One that is unavailable must not keep the others away.
  failed=()
  for package in "${packages[@]}"; do install "$package" || failed+=("$package"); done
  if [ ${#failed[@]} -gt 0 ]; then
    tail -n 5 "$log"
    packages=("${failed[@]}")
    give_up "apt-get could not; its last words are above"
  fi
fi
echo "Programs for the checks: installed."
