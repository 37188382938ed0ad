"""Files of answers in the demo's invented network, on both databases."""

from datetime import UTC, datetime

from store.database.engines import Database
from store.networks import demo_network
from store.networks.tables import DemoFileRow, DemoPostRow

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


async def test_files_are_told_by_answer_in_their_order_counted_and_removed_with_it(
    database: Database,
) -> None:
    async with database.write() as session:
        assert await demo_network.size_of_files(session) == 0
        for number, post in ((1, None), (2, 1), (3, 1), (4, None), (5, 4)):
            session.add(DemoPostRow(id=number, post=post, author="Сосед", text="Яма", at=NOW))
            await session.flush()
        for answer, position, name in ((3, 0, "а.png"), (2, 1, "в.mp4"), (2, 0, "б.png"), (5, 0, "г.png")):
            session.add(
                DemoFileRow(post=answer, position=position, name=name, type="image/png", content=b"\0\xff")
            )
    async with database.write() as session:
        found = await demo_network.files_under(session, 1)
        assert {answer: [file.name for file in files] for answer, files in found.items()} == {
            2: ["б.png", "в.mp4"],
            3: ["а.png"],
        }
        stored = await demo_network.file(session, found[3][0].id)
        assert stored is not None
        assert stored.content == b"\0\xff"
        assert await demo_network.size_of_files(session) == 8
        await demo_network.remove_files(session, 2)
        assert set(await demo_network.files_under(session, 1)) == {3}
