"""The page of messages: searched, filtered, sorted, page by page."""
