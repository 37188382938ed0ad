"""`otklik serve` with stand-ins for what is below it: `serve_stand_ins.py TEMPORAL_PORT UI_PORT [FAULT]`."""

import sys
from pathlib import Path

from embedded.supervisor import Commands, Supervisor
from embedded.temporal_server import NAMESPACE, TemporalPorts
from settings import Settings


def main() -> int:
    temporal_port, ui_port, *faults = sys.argv[1:]
    ports = TemporalPorts(grpc=int(temporal_port), ui=int(ui_port))
    settings = Settings.load(
        temporal_address=ports.address, temporal_namespace=NAMESPACE, ui_url=ports.ui_url
    )

    def stand_in(name: str, *arguments: str) -> tuple[str, ...]:
        script = Path(__file__).with_name(f"stand_in_{name}.py")
        return (sys.executable, str(script), *arguments, f"--data={settings.data}")

    commands = Commands(
        worker=stand_in(
            "worker",
            *(f"--{fault}" for fault in faults if fault in {"dies", "hangs"}),
        ),
        api=stand_in("api"),
        prepare=stand_in("once", "fails" if "prepare-fails" in faults else "prepare"),
        seed_demo=stand_in("once", "seed-demo"),
    )
    return Supervisor(settings, ports, commands).run()


if __name__ == "__main__":
    sys.exit(main())
