#!/bin/sh
# Run by Temporal's admin tools before every start of its server: makes its two schemas, or brings them up to date.
set -eu

schemas=/etc/temporal/schema/postgresql/v12

temporal-sql-tool --database temporal setup-schema -v 0.0
temporal-sql-tool --database temporal update-schema -d "$schemas/temporal/versioned"
temporal-sql-tool --database temporal_visibility setup-schema -v 0.0
temporal-sql-tool --database temporal_visibility update-schema -d "$schemas/visibility/versioned"
