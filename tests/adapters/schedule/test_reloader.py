"""Following a folder of packs: nothing that changed is forgotten."""

import asyncio
from pathlib import Path

from adapters.running.reload import Reloader
from adapters.store.failures import StoreBusy


def test_a_busy_database_delays_new_rules_and_does_not_lose_them(tmp_path: Path) -> None:
    """A look that finds the database busy is made again, and one that breaks ends nothing."""
    looks: list[str] = []

    def look() -> None:
        looks.append("look")
        if len(looks) == 1:
            raise StoreBusy("locked")
        if len(looks) == 3:
            raise ZeroDivisionError("a bug")

    async def live() -> None:
        stop = asyncio.Event()
        following = asyncio.create_task(Reloader(tmp_path, look).follow(stop))
        for number, wanted in ((1, 2), (2, 3), (3, 4)):
            await asyncio.sleep(0.5)
            (tmp_path / f"rules-{number}.yaml").touch()
            async with asyncio.timeout(20):
                while len(looks) < wanted:  # noqa: ASYNC110 - a thread counts
                    await asyncio.sleep(0.05)
        stop.set()
        async with asyncio.timeout(20):
            await following

    asyncio.run(live())
    assert 4 == len(looks)
