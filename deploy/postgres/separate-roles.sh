#!/bin/sh
# For an installation made before the roles were apart: everything that the role otklik owns in the database otklik goes
# to otklik_owner, and `otklik prepare` then grants otklik what the program needs. Worker and API are stopped meanwhile.
# A second run changes nothing.
set -eu

: "${OTKLIK_OWNER_DB_PASSWORD:?}"

psql --no-psqlrc --set ON_ERROR_STOP=1 --single-transaction \
    --username "${POSTGRES_USER:-postgres}" --dbname otklik \
    --set owner_password="$OTKLIK_OWNER_DB_PASSWORD" <<'SQL'
SELECT 'CREATE ROLE otklik_owner LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'otklik_owner') \gexec
ALTER ROLE otklik_owner PASSWORD :'owner_password';
REASSIGN OWNED BY otklik TO otklik_owner;
GRANT CONNECT ON DATABASE otklik TO otklik;
SQL
