"""
One text in two forms: Markdown becomes plain text and HTML, by one walk over the same tree.

What a token says never passes through the Markdown reader: it travels sealed, as private-use
signs around hexadecimal digits, and is opened only when a form is written. So a learner called
`[click](http://evil)` is greeted by that name, and is no link.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from html import escape

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from notifications.tokens import Link, Moment, Score, Sentences, Value, Words, safe_link

_TEXT, _LINK, _END = "\ue000", "\ue001", "\ue002"
SEALS = frozenset({_TEXT, _LINK, _END})
"""Signs that may not stand in an author's text."""

_SEALED = re.compile(rf"([{_TEXT}{_LINK}])([0-9a-f]*){_END}")
_SEALED_IN_LINK = re.compile(r"%EE%80%8[01]([0-9a-f]*)%EE%80%82")


class _Reader(MarkdownIt):
    """Reads every link, so that one that is not allowed is found and reported, not left as text."""

    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802 - markdown-it's name; we judge later
        return True


_READER = _Reader("zero").enable(
    [
        "autolink",
        "blockquote",
        "emphasis",
        "entity",
        "escape",
        "heading",
        "hr",
        "lheading",
        "link",
        "list",
        "newline",
    ]
)

_LINK_STYLE = "color:#0b57d0;text-decoration:underline"


def seal(value: Value | str) -> str:
    """Seal what a token says, for the Markdown reader."""
    match value:
        case Sentences(each):
            return "\n\n" + "".join(f"- {_sealed(_TEXT, str(one))}\n" for one in each) + "\n"
        case Link():
            return _sealed(_LINK, str(value))
        case Words() | Moment() | Score() | str():
            return _sealed(_TEXT, str(value))


def read(markdown: str) -> SyntaxTreeNode:
    """Read Markdown: paragraphs, headings, lists, quotations, emphasis, links; nothing else."""
    return SyntaxTreeNode(_READER.parse(markdown))


def refused_links(tree: SyntaxTreeNode) -> tuple[str, ...]:
    """Give the links of an author's own that will not be written, as they stand."""
    links = (str(node.attrs.get("href", "")) for node in tree.walk() if node.type == "link")
    return tuple(link for link in links if not _SEALED_IN_LINK.search(link) and not safe_link(link))


def plain(tree: SyntaxTreeNode) -> str:
    """Write the tree as text that reads well by itself: links as `title (address)`."""
    return "\n\n".join(_plain_blocks(tree.children)).strip() + "\n"


def html(tree: SyntaxTreeNode) -> str:
    """Write the tree as HTML, everything escaped, with one h1 at most."""
    first = next((node for node in tree.walk() if _level(node) == 1), None)
    return "\n".join(_html_block(node, first) for node in tree.children)


def _sealed(kind: str, text: str) -> str:
    return f"{kind}{text.encode('utf-8', 'replace').hex()}{_END}"


def _opened(text: str, written: Callable[[str, str], str]) -> str:
    """Open the seals in a text; `written` gets the kind, empty for the author's own, and words."""
    parts = []
    place = 0
    for found in _SEALED.finditer(text):
        parts.append(written("", text[place : found.start()]))
        parts.append(written(found[1], bytes.fromhex(found[2]).decode()))
        place = found.end()
    parts.append(written("", text[place:]))
    return "".join(parts)


def _address(node: SyntaxTreeNode) -> str:
    """Give the address of a link, empty if it may not be followed."""
    href = str(node.attrs.get("href", ""))
    opened = _SEALED_IN_LINK.sub(lambda found: bytes.fromhex(found[1]).decode(), href)
    return safe_link(opened)


def _level(node: SyntaxTreeNode) -> int:
    return int(node.tag[1]) if node.type == "heading" else 0


# ── plain text ───────────────────────────────────────────────────────────────


def _plain_blocks(nodes: Iterable[SyntaxTreeNode]) -> Iterator[str]:
    """Write blocks, each without the blank line around it."""
    for node in nodes:
        match node.type:
            case "bullet_list":
                yield _plain_list(node, ["- "] * len(node.children))
            case "ordered_list":
                start = int(node.attrs.get("start", 1))
                yield _plain_list(node, [f"{i}. " for i, _ in enumerate(node.children, start)])
            case "blockquote":
                inner = "\n\n".join(_plain_blocks(node.children))
                yield "\n".join(f"> {line}".rstrip() for line in inner.split("\n"))
            case "hr":
                yield "----"
            case _:
                yield "".join(map(_plain_inline, node.children))


def _plain_list(node: SyntaxTreeNode, marks: list[str]) -> str:
    items = []
    for mark, item in zip(marks, node.children, strict=True):
        inner = "\n".join(_plain_blocks(item.children))
        items.append(mark + inner.replace("\n", "\n" + " " * len(mark)))
    return "\n".join(items)


def _plain_inline(node: SyntaxTreeNode) -> str:
    match node.type:
        case "text" | "text_special":
            return _opened(node.content, lambda _, words: words)
        case "softbreak" | "hardbreak":
            return "\n"
        case "link":
            text = "".join(map(_plain_inline, node.children))
            address = _address(node)
            return text if not address or text == address else f"{text} ({address})".strip()
        case _:
            return "".join(map(_plain_inline, node.children))


# ── HTML ─────────────────────────────────────────────────────────────────────


def _html_block(node: SyntaxTreeNode, first: SyntaxTreeNode | None) -> str:
    inner = _html_inside(node, first)
    match node.type:
        case "paragraph":
            return inner if node.hidden else f"<p>{inner}</p>"
        case "heading":
            tag = "h1" if node is first else f"h{max(_level(node), 2)}"
            return f"<{tag}>{inner}</{tag}>"
        case "bullet_list":
            return f"<ul>\n{inner}\n</ul>"
        case "ordered_list":
            start = int(node.attrs.get("start", 1))
            return (
                f"<ol>\n{inner}\n</ol>" if start == 1 else f'<ol start="{start}">\n{inner}\n</ol>'
            )
        case "list_item":
            return f"<li>{inner}</li>"
        case "blockquote":
            return f"<blockquote>\n{inner}\n</blockquote>"
        case "hr":
            return "<hr>"
        case _:
            return inner


def _html_inside(node: SyntaxTreeNode, first: SyntaxTreeNode | None) -> str:
    if node.type in {"paragraph", "heading"}:
        return "".join(map(_html_inline, node.children))
    return "\n".join(_html_block(child, first) for child in node.children)


def _html_inline(node: SyntaxTreeNode) -> str:
    match node.type:
        case "text" | "text_special":
            linked = node.parent is not None and _within_link(node.parent)
            return _opened(node.content, _escaped if linked else _escaped_or_linked)
        case "softbreak":
            return "\n"
        case "hardbreak":
            return "<br>\n"
        case "strong" | "em":
            return f"<{node.type}>{''.join(map(_html_inline, node.children))}</{node.type}>"
        case "link":
            return _anchor(_address(node), "".join(map(_html_inline, node.children)))
        case _:
            return "".join(map(_html_inline, node.children))


def _within_link(node: SyntaxTreeNode) -> bool:
    return node.type == "link" or (node.parent is not None and _within_link(node.parent))


def _escaped(_kind: str, words: str) -> str:
    return escape(words)


def _escaped_or_linked(kind: str, words: str) -> str:
    """Write words; a link token that stands by itself can be followed."""
    return _anchor(safe_link(words), escape(words)) if kind == _LINK else escape(words)


def _anchor(address: str, inner: str) -> str:
    if not address:
        return inner
    return f'<a href="{escape(address)}" style="{_LINK_STYLE}">{inner or escape(address)}</a>'
