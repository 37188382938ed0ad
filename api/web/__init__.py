"""The workplace in the browser: a second reader of the service, with the same commands and the same list of what may
be done now (docs/change/pages.md). One folder a page; `shell` is around all of them."""
