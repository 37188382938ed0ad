#!/bin/sh
# A copy of the database and of the anchors while everything runs, in a directory of its own under BACKUPS, named by
# its moment (UTC); the newest KEEP stay. Where the database is, and who asks, say libpq's own variables (PGHOST, PGUSER,
# PGDATABASE, PGPASSWORD, …); ANCHORS is the directory of the anchors. The last line names the copy.
# What it is good for, and how it is put back: docs/run/backup.md.
set -eu
umask 077

: "${BACKUPS:?}" "${PGDATABASE:?}" "${KEEP:?}"
[ "$KEEP" -ge 1 ]

name=$(date -u +%Y-%m-%dT%H-%M-%SZ)
# Under a name that nobody takes for a copy, until it is one.
new="$BACKUPS/.$name"
mkdir "$new"
trap 'rm -rf "$new"' EXIT
trap 'exit 1' HUP INT TERM

pg_dump --no-password --format=custom --file="$new/otklik.dump"
pg_restore --list "$new/otklik.dump" > /dev/null
if [ -n "${ANCHORS:-}" ]; then
    cp -R "$ANCHORS" "$new/anchors"
fi
(cd "$new" && find . -type f ! -name SHA256SUMS -exec sha256sum {} + > SHA256SUMS)
sync
mv -T "$new" "$BACKUPS/$name"

# Only once there is a new one; what an earlier run could not clear away goes too.
find "$BACKUPS" -mindepth 1 -maxdepth 1 -name '.????-??-??T*Z' -mtime +1 -exec rm -rf {} +
find "$BACKUPS" -mindepth 1 -maxdepth 1 -name '????-??-??T*Z' | sort -r | tail -n +$((KEEP + 1)) | while read -r old; do
    rm -rf "$old"
done
echo "$BACKUPS/$name"
