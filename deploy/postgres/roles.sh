#!/bin/sh
# Run once by the image of PostgreSQL, on an empty volume: a database for each of the two programs, and the roles. The
# tables of Otklik belong to a role of their own, which only `otklik prepare` uses: the program itself can alter none.
set -eu

: "${OTKLIK_DB_PASSWORD:?}" "${OTKLIK_OWNER_DB_PASSWORD:?}" "${TEMPORAL_DB_PASSWORD:?}"

psql --no-psqlrc --set ON_ERROR_STOP=1 \
    --username "${POSTGRES_USER:-postgres}" --dbname "${POSTGRES_DB:-postgres}" \
    --set otklik_password="$OTKLIK_DB_PASSWORD" --set owner_password="$OTKLIK_OWNER_DB_PASSWORD" \
    --set temporal_password="$TEMPORAL_DB_PASSWORD" <<'SQL'
CREATE ROLE otklik_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE otklik LOGIN PASSWORD :'otklik_password';
CREATE ROLE temporal LOGIN PASSWORD :'temporal_password';
CREATE DATABASE otklik OWNER otklik_owner TEMPLATE template0 ENCODING 'UTF8';
CREATE DATABASE temporal OWNER temporal TEMPLATE template0 ENCODING 'UTF8';
CREATE DATABASE temporal_visibility OWNER temporal TEMPLATE template0 ENCODING 'UTF8';
REVOKE CONNECT, TEMPORARY ON DATABASE otklik, temporal, temporal_visibility FROM PUBLIC;
GRANT CONNECT ON DATABASE otklik TO otklik;
SQL
