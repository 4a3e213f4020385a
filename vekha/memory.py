"""Python's collector of garbage, in a process that is loaded once and then works for long."""

import gc


def tune_memory() -> None:
    """Collect rarely, and never look again at what is loaded by now: it does not become garbage.

    A printed page, a day of a region, a board of thousands are tens of thousands of small objects which die together;
    Python's usual threshold makes the collector walk them, and every module, dozens of times meanwhile.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
