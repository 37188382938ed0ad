"""Destroying personal data of one message (152-FZ); the record of what was done with it stays."""

from api.router import Router
from api.routes.commands.commands import serve
from service.commands.catalogue import CATALOGUE
from workflows.stages import OF_DESTRUCTION

router = Router("Удаление персональных данных")

for _command in OF_DESTRUCTION:
    for _address in CATALOGUE[_command].addresses:
        serve(router, CATALOGUE[_command], _address)
