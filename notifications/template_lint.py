"""
What a template may be made of, judged on its parsed tree before anything is compiled or run.

The sandbox keeps a template from Python's insides, but not from a gigabyte of memory, and
merely compiling `'a' * 400000000` takes it. So the tree is compared with a short list of what
is allowed: naming tokens, a few filters, `if` a token is known, and one walk along a list.
Calculating and comparing are not on it: that is what rules are for.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jinja2 import nodes

from engine.spelling import suggest
from notifications.tokens import TOKENS, TokenKind

UNKNOWN = "E401"
REFUSED = "E403"

FILTERS = {
    "day": frozenset({TokenKind.MOMENT}),
    "time": frozenset({TokenKind.MOMENT}),
    "percent": frozenset({TokenKind.SCORE}),
    "upper": frozenset({TokenKind.WORDS}),
    "lower": frozenset({TokenKind.WORDS}),
    "default": frozenset(TokenKind) - {TokenKind.LIST},
}
"""Filters, by the kinds of token that each takes."""

MOST_NODES = 2000
"""More parts than any letter has; a longer one is refused before anything looks into it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that may not be there: the template's line, from 1, and the words to underline."""

    line: int
    code: str
    message: str
    hint: str = ""
    underline: str = ""


def lint(tree: nodes.Template) -> tuple[Finding, ...]:
    """Say all that may not be in a template, in order of place; nothing of it is run."""
    size = sum(1 for _ in tree.find_all(nodes.Node))
    if size > MOST_NODES:
        return (Finding(1, REFUSED, f"this message has {size} parts; {MOST_NODES} at most"),)
    return tuple(_body(tree.body, frozenset()))


def tokens_named(tree: nodes.Template) -> frozenset[str]:
    """Give the tokens of the closed list that a template names."""
    names = map(_token_name, tree.find_all((nodes.Name, nodes.Getattr)))
    return frozenset(names) & TOKENS.keys()


def _body(body: Iterable[nodes.Node], items: frozenset[str]) -> Iterator[Finding]:
    """Judge statements; `items` are the names that a `for` around them has given."""
    for node in body:
        match node:
            case nodes.Output():
                for part in node.nodes:
                    if not isinstance(part, nodes.TemplateData):
                        yield from _shown(part, items)
            case nodes.If():
                yield from _asked(node.test, items)
                yield from _body(node.body, items)
                yield from _body(node.elif_, items)
                yield from _body(node.else_, items)
            case nodes.For():
                yield from _walk(node, items)
            case _:
                yield _refused(node, "a message has tokens, `if` and `for`, and nothing else")


def _walk(node: nodes.For, items: frozenset[str]) -> Iterator[Finding]:
    """Judge a `for`: along a list of the closed list, not within another, without tricks."""
    name = _token_name(node.iter)
    token = TOKENS.get(name)
    if items:
        yield _refused(node, "a `for` cannot stand inside another")
    elif not isinstance(node.target, nodes.Name) or node.recursive or node.test is not None:
        yield _refused(node, "write it like: {% for sentence in missing %}")
    elif node.target.name.startswith("_") or node.target.name in _FIRST_WORDS:
        yield _refused(node, f"`{node.target.name[:60]}` cannot be the name of an item")
    elif token is None or token.kind is not TokenKind.LIST:
        yield _refused(node, "only `missing` is a list to walk along")
    else:
        yield from _body(node.body, frozenset({node.target.name}))
        yield from _body(node.else_, items)


def _shown(node: nodes.Node, items: frozenset[str]) -> Iterator[Finding]:
    """Judge what stands between {{ and }}: a token, with filters."""
    match node:
        case nodes.Name() | nodes.Getattr():
            yield from _named(node, items)
        case nodes.Filter():
            yield from _filtered(node, items)
        case _:
            yield _refused(node, "a message does not calculate; only a token can stand there")


def _asked(node: nodes.Node, items: frozenset[str]) -> Iterator[Finding]:
    """Judge what stands in an `if`: tokens (is it known?) with and, or, not."""
    match node:
        case nodes.And() | nodes.Or():
            yield from _asked(node.left, items)
            yield from _asked(node.right, items)
        case nodes.Not():
            yield from _asked(node.node, items)
        case nodes.Name() | nodes.Getattr():
            yield from _named(node, items)
        case _:
            yield _refused(node, "an `if` can only ask whether a token is known")


def _named(node: nodes.Name | nodes.Getattr, items: frozenset[str]) -> Iterator[Finding]:
    """Judge a name: a token of the closed list, or the item of the `for` around it."""
    name = _token_name(node)
    if name in items or name in TOKENS:
        return
    ending = f".{name.rpartition('.')[2]}"
    alike = [token for token in TOKENS if token.endswith(ending)]
    near = suggest(name, (*TOKENS, *items)) or (alike[0] if len(alike) == 1 else "")
    of = name.partition(".")[0]
    if not near and of in TOKENS:
        near = of
    beside = [token for token in TOKENS if token.startswith(f"{of}.")]
    known = f"of `{of}` there are: {', '.join(beside)}" if beside else ""
    hint = f"did you mean `{near}`?" if near else known or f"known are: {', '.join(TOKENS)}"
    said = f"knows no `{{{{ {name[:60] or '…'} }}}}`"
    yield Finding(node.lineno, UNKNOWN, said, hint, underline=name)


def _filtered(node: nodes.Filter, items: frozenset[str]) -> Iterator[Finding]:
    """Judge `token | filter`: a filter on the list, on a kind of token that it takes."""
    kinds = FILTERS.get(node.name)
    inner: nodes.Node | None = node.node
    while isinstance(inner, nodes.Filter):
        inner = inner.node
    if kinds is None:
        near = suggest(node.name, FILTERS)
        hint = f"did you mean `{near}`?" if near else f"known are: {', '.join(FILTERS)}"
        yield Finding(
            node.lineno, REFUSED, f"there is no `| {node.name[:60]}`", hint, underline=node.name
        )
        return
    if not isinstance(inner, nodes.Name | nodes.Getattr):
        yield _refused(node, "a message does not calculate; only a token can stand there")
        return
    if isinstance(node.node, nodes.Filter):
        yield _refused(node, "one `|` for each token")
        return
    yield from _named(inner, items)
    name = _token_name(inner)
    known = name in TOKENS or name in items
    kind = TOKENS[name].kind if name in TOKENS else TokenKind.WORDS
    if known and kind not in kinds:
        fit = next((other for other, takes in FILTERS.items() if kind in takes), "")
        yield Finding(
            node.lineno,
            REFUSED,
            f"`{name}` is a {kind}, which `| {node.name}` cannot show",
            f"write it like: {{{{ {name} | {fit} }}}}" if fit else "",
            underline=node.name,
        )
    if not _takes_what_it_is_given(node):
        example = '{{ learner.first_name | default("friend") }}'
        yield _refused(node, f"only `default` takes something, a text: {example}")


def _takes_what_it_is_given(node: nodes.Filter) -> bool:
    """Say whether a filter is given what it takes: `default` one fixed text, the others nothing."""
    if node.kwargs or node.dyn_args or node.dyn_kwargs:
        return False
    match node.name, node.args:
        case "default", [nodes.Const(value=str())]:
            return True
        case "default", _:
            return False
        case _:
            return not node.args


def _token_name(node: nodes.Node) -> str:
    """Read `learner.first_name` off a tree; empty if it is not made of names alone."""
    match node:
        case nodes.Name():
            return node.name
        case nodes.Getattr():
            before = _token_name(node.node)
            return f"{before}.{node.attr}" if before else ""
        case _:
            return ""


def _line(node: nodes.Node) -> int:
    """Give a node's line; the few that Jinja makes up itself have that of what is in them."""
    inner = (each.lineno for each in node.find_all(nodes.Node))
    return next((line for line in (node.lineno, *inner) if line), 1)


def _refused(node: nodes.Node, hint: str) -> Finding:
    return Finding(
        _line(node), REFUSED, f"{_DESCRIBED.get(type(node), _ANY)} cannot stand here", hint
    )


_FIRST_WORDS = frozenset(name.partition(".")[0] for name in TOKENS) | {"loop"}
_ANY = "this"
_DESCRIBED: dict[type[nodes.Node], str] = {
    nodes.Call: "a call",
    nodes.Macro: "a macro",
    nodes.CallBlock: "a call",
    nodes.Assign: "`set`",
    nodes.AssignBlock: "`set`",
    nodes.Import: "an import",
    nodes.FromImport: "an import",
    nodes.Include: "an include",
    nodes.Extends: "`extends`",
    nodes.Block: "a block",
    nodes.FilterBlock: "a filter block",
    nodes.With: "`with`",
    nodes.For: "this `for`",
    nodes.Compare: "a comparison",
    nodes.Const: "a fixed value",
    nodes.Getitem: "a subscript",
    nodes.Mul: "`*`",
    nodes.Pow: "`**`",
    nodes.Mod: "`%`",
    nodes.Add: "`+`",
    nodes.Sub: "`-`",
    nodes.Div: "`/`",
    nodes.FloorDiv: "`//`",
    nodes.Concat: "`~`",
    nodes.CondExpr: "an `if` between {{ and }}",
    nodes.Test: "`is`",
    nodes.List: "a list",
    nodes.Dict: "a list",
    nodes.Tuple: "a list",
}
