"""The demo's invented network, which the API process serves at its own address (`otklik serve --demo`)."""
