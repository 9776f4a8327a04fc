# shellcheck shell=dash
# Process 1 of a control plane's namespaces: whatever way its starter ends, its input ends, and
# with it all that runs in here and the files.
# $1: the control plane's folder
set -eu
[ $$ = 1 ]
mkdir "$1/etcd"
mount -t tmpfs -o mode=700 tmpfs "$1/etcd"
echo ready
exec >/dev/null 2>&1
read -r _ || true
# Everybody in this PID namespace, and nobody else.
kill -9 -1 || true
until umount "$1/etcd"; do sleep 0.01; done
rm -rf "$1"
