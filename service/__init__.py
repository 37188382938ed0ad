"""Service: what people and programs do with messages, without HTTP: routes, pages, imports and the demo call it."""
