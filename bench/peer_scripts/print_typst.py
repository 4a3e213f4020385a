"""Orders a second by typst: one page of the same words, other data each time, the compiler kept in the process."""

import time
from pathlib import Path

import typst

COUNT = 30
WORDS = Path("order.txt").read_text(encoding="utf-8")
SOURCE = """#set page(paper: "a4", margin: (left: 20mm, right: 10mm, top: 20mm, bottom: 20mm))
#set text(size: 13pt, lang: "ru", hyphenate: true)
#set par(justify: true, first-line-indent: 12.5mm)
Приказ № #sys.inputs.number

#for line in read("order.txt").split("\\n") [#line #parbreak()]
"""
Path("order.typ").write_text(SOURCE, encoding="utf-8")
compiler = typst.Compiler("order.typ", sys_inputs={"number": "0"})
compiler.compile()
started = time.process_time()
for number in range(COUNT):
    typst.Compiler("order.typ", sys_inputs={"number": str(number + 1)}).compile()
print(COUNT / (time.process_time() - started))
