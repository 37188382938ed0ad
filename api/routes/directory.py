"""The directory: what a message may be about, where it may stand, and who answers."""

from api.deps import Caller, Db
from api.errors import problems
from api.router import Router
from service import directory
from service.directory import DirectoryView

router = Router("Справочник")


@router.get(
    "/api/directory",
    summary="Справочник",
    operation_id="get_directory",
    responses=problems(401, 403, 503),
)
async def get_directory(_caller: Caller, db: Db) -> DirectoryView:
    """Сети, категории важности, темы и органы, которым направляют сообщения."""
    return await directory.read(db)
