"""One press for all tests of a process: it stays, where the program starts one for each document.

Loading what a press works with was most of what a document took. What a template of the region may do is tried as in
the program, in a process that ends with its work; programs that tests start press as they always do.
"""

import asyncio
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from multiprocessing import get_context

from service.reports.papers import press
from service.reports.papers.templates import Template, provided
from service.reports.weekly.press import Job, TemplateJob

_of_the_program = press._made


def use() -> None:
    """From here on documents of this process are made by it."""
    press._made = _made


async def _made(job: Job) -> bytes:
    if isinstance(job, TemplateJob) and job.template not in map(provided, Template):
        return await _of_the_program(job)
    try:
        return await asyncio.get_running_loop().run_in_executor(_staying(), job.made)
    except BrokenProcessPool:
        _staying.cache_clear()
        raise


@cache
def _staying() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, get_context("spawn"))
