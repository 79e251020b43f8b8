"""What a reader of a clip's numbers must know, gathered from everywhere it is said. No Qt here."""

from __future__ import annotations

from viewer.content import ClipContent

__all__ = ["notes_html", "notes_of"]


def notes_of(content: ClipContent) -> dict[str, tuple[str, ...]]:
    """Notes and problems by whom they concern: the clip, then every source; each sentence once."""
    found: dict[str, tuple[str, ...]] = {"clip": tuple(dict.fromkeys((*content.messages, *content.notes)))}
    said = set(found["clip"])
    for track in content.everyone:
        lines = tuple(line for line in dict.fromkeys((*track.problems, *track.notes)) if line not in said)
        found[track.name] = lines
    return {who: lines for who, lines in found.items() if lines}


def notes_html(content: ClipContent) -> str:
    """The notes as a page."""
    parts = [f"<h3>{content.name}</h3>"]
    for who, lines in notes_of(content).items():
        parts.append(f"<p><b>{who}</b></p><ul>" + "".join(f"<li>{_escaped(line)}</li>" for line in lines) + "</ul>")
    return "".join(parts) if len(parts) > 1 else parts[0] + "<p>Nothing was assumed, substituted or adapted.</p>"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
