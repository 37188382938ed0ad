from tests.networks.benches import indirect_bench  # noqa: F401 - a fixture
from tests.networks.site import base, site  # noqa: F401 - fixtures
