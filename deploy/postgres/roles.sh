#!/bin/sh
# Run once by the image of PostgreSQL, on an empty volume: a role and a database for each of the two programs.
set -eu

: "${OTKLIK_DB_PASSWORD:?}" "${TEMPORAL_DB_PASSWORD:?}"

psql --no-psqlrc --set ON_ERROR_STOP=1 \
    --username "${POSTGRES_USER:-postgres}" --dbname "${POSTGRES_DB:-postgres}" \
    --set otklik_password="$OTKLIK_DB_PASSWORD" --set temporal_password="$TEMPORAL_DB_PASSWORD" <<'SQL'
CREATE ROLE otklik LOGIN PASSWORD :'otklik_password';
CREATE ROLE temporal LOGIN PASSWORD :'temporal_password';
CREATE DATABASE otklik OWNER otklik TEMPLATE template0 ENCODING 'UTF8';
CREATE DATABASE temporal OWNER temporal TEMPLATE template0 ENCODING 'UTF8';
CREATE DATABASE temporal_visibility OWNER temporal TEMPLATE template0 ENCODING 'UTF8';
REVOKE CONNECT ON DATABASE otklik, temporal, temporal_visibility FROM PUBLIC;
SQL
