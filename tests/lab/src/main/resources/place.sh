# shellcheck shell=dash
# Makes what a machine has for itself, inside its new namespaces, and stays as its process 1.
# $1: its folder on the host, $2: labtool
set -eu
mount -t tmpfs -o mode=755 tmpfs /run
[ /var/run -ef /run ] || mount --bind /run /var/run
for dir in etc opt var/lib; do
  mkdir -p "$1/layers/$dir/own" "$1/layers/$dir/work"
  mount -t overlay overlay -o "lowerdir=/$dir,upperdir=$1/layers/$dir/own,workdir=$1/layers/$dir/work" "/$dir"
done
mkdir -p "$1/log" /run/netns
mount --bind "$1/log" /var/log
# Pods' namespaces are mounted here by `ip netns`, which wants a shared mount.
mount --bind /run/netns /run/netns
mount --make-shared /run/netns
ip link set lo up
echo ready
exec >/dev/null 2>&1
exec "$2" hold
