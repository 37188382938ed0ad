"""What runs once: leaves in the data directory a file with its name and the demo password; `fails` fails."""

import sys

from settings import Settings

if __name__ == "__main__":
    if sys.argv[1] == "fails":
        sys.exit("Таблица не на месте")
    settings = Settings.load()
    (settings.data / f"ran-{sys.argv[1]}").write_text(settings.demo_password or "", encoding="utf-8")
