"""Tables and every query. All tables are known as soon as one is: they refer to each other by name."""

import store.access.tables
import store.commands.tables
import store.database.tables
import store.directory.tables
import store.journal.tables
import store.load.tables
import store.messages.tables
import store.networks.tables
import store.notices.tables
import store.oversight.tables
import store.people.tables
import store.personal_data.tables
import store.processes.tables
import store.promises.tables
import store.reports.tables
import store.verdicts.tables  # noqa: F401 - the tables register themselves
