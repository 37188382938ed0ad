"""First records of the site: one member of its staff, with the password given, and one queue."""

import sys

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from helpdesk.models import Queue  # noqa: E402

User.objects.create_superuser("staff", "staff@example.org", sys.argv[1])
Queue.objects.create(title="Q", slug="q", allow_public_submission=True)
