"""
The language that instructional designers write: text in, a ruleset and its problems out.

The example packs lie beside it, in `packs/`, which holds no Python: a designer
needs such a folder and nothing else. This room knows nothing of messages, for a
rule says *that* somebody is written to, never how the letter gets there.
"""
