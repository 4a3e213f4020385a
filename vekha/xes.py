"""Writing XES (IEEE 1849-2016), the format that process mining tools open: a log of traces of events, as a stream."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from io import TextIOBase
from pathlib import Path
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

_EXTENSIONS = {"Concept": "concept", "Lifecycle": "lifecycle", "Organizational": "org", "Time": "time"}
Values = dict[str, str | int | dt.datetime]


@dataclass(frozen=True, slots=True)
class Trace:
    """One case: its attributes and what happened, in the order of time."""

    attributes: Values
    events: Iterable[Values]


def write(path: Path, attributes: Values, traces: Iterable[Trace]) -> int:
    """Writes the log; returns the number of events. The file appears only when all of it is there."""
    unfinished = path.with_name(f"{path.name}.part")
    try:
        with unfinished.open("w", encoding="utf-8") as stream:
            count = _log(stream, attributes, traces)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return count


def _log(stream: TextIOBase, attributes: Values, traces: Iterable[Trace]) -> int:
    xml = XMLGenerator(stream, encoding="utf-8", short_empty_elements=True)
    xml.startDocument()
    xml.startElement(
        "log", AttributesImpl({"xes.version": "1849-2016", "xes.features": "", "xmlns": "http://www.xes-standard.org/"})
    )
    for name, prefix in _EXTENSIONS.items():
        uri = f"http://www.xes-standard.org/{prefix}.xesext"
        _empty(xml, "extension", {"name": name, "prefix": prefix, "uri": uri})
    _global(xml, "trace", {"concept:name": ""})
    _global(xml, "event", {"concept:name": "", "lifecycle:transition": "complete"})
    _empty(xml, "classifier", {"name": "Activity", "keys": "concept:name"})
    _empty(xml, "classifier", {"name": "Activity and transition", "keys": "concept:name lifecycle:transition"})
    _attributes(xml, attributes)
    count = 0
    for trace in traces:
        xml.startElement("trace", AttributesImpl({}))
        _attributes(xml, trace.attributes)
        for event in trace.events:
            xml.startElement("event", AttributesImpl({}))
            _attributes(xml, event)
            xml.endElement("event")
            count += 1
        xml.endElement("trace")
        xml.characters("\n")
    xml.endElement("log")
    xml.endDocument()
    return count


def _global(xml: XMLGenerator, scope: str, values: Values) -> None:
    xml.startElement("global", AttributesImpl({"scope": scope}))
    _attributes(xml, values)
    xml.endElement("global")


def _attributes(xml: XMLGenerator, values: Values) -> None:
    for key, value in values.items():
        match value:
            case dt.datetime():
                _empty(xml, "date", {"key": key, "value": value.isoformat(timespec="milliseconds")})
            case int():
                _empty(xml, "int", {"key": key, "value": str(value)})
            case str():
                _empty(xml, "string", {"key": key, "value": _allowed(value)})


def _empty(xml: XMLGenerator, name: str, attributes: dict[str, str]) -> None:
    xml.startElement(name, AttributesImpl(attributes))
    xml.endElement(name)


def _allowed(text: str) -> str:
    """Without what XML 1.0 cannot hold."""
    return "".join(each for each in text if each in "\t\n\r" or (each >= " " and each not in "\ufffe\uffff"))
