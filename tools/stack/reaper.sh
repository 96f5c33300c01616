#!/bin/sh
# Ends the stack's processes when their launcher is gone, however it went.
#
# The launcher holds the other end of standard input and writes "add <process group> <signal>" and "drop <process group>".
# When it dies, even by SIGKILL, the pipe closes, and what is still on the list is stopped. It runs in a session of its own, so
# that neither Ctrl-C nor the end of the terminal reaches it.
trap '' INT TERM HUP QUIT
grace_s=20
groups=""

drop() {
  kept=""
  for entry in $groups; do
    [ "${entry%%:*}" = "$1" ] || kept="$kept $entry"
  done
  groups=$kept
}

while read -r operation group signal; do
  drop "$group"
  [ "$operation" = add ] && groups="$groups $group:$signal"
done

[ -n "$groups" ] || exit 0
for entry in $groups; do kill -s "${entry#*:}" -- "-${entry%%:*}" 2>/dev/null; done
waited=0
while [ "$waited" -lt $((grace_s * 10)) ]; do
  alive=""
  for entry in $groups; do kill -s 0 -- "-${entry%%:*}" 2>/dev/null && alive=1; done
  [ -n "$alive" ] || exit 0
  sleep 0.1
  waited=$((waited + 1))
done
for entry in $groups; do kill -s KILL -- "-${entry%%:*}" 2>/dev/null; done
