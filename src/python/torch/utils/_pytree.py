"""Trees of lists, tuples, dicts and what hangs from them."""


def flatten(tree):
    """The leaves, and a function that builds a like tree from as many others."""
    if isinstance(tree, dict):
        keys = list(tree)
        return _branches([tree[key] for key in keys], lambda parts: type(tree)(zip(keys, parts)))
    if isinstance(tree, (list, tuple)):
        named = hasattr(tree, "_fields")
        return _branches(tree, lambda parts: type(tree)(*parts) if named else type(tree)(parts))
    return [tree], lambda leaves: leaves[0]


def _branches(parts, build):
    flat = [flatten(part) for part in parts]

    def rebuild(leaves):
        built, start = [], 0
        for own, make in flat:
            built.append(make(leaves[start : start + len(own)]))
            start += len(own)
        return build(built)

    return [leaf for own, _ in flat for leaf in own], rebuild


def map_tree(function, tree):
    leaves, rebuild = flatten(tree)
    return rebuild([function(leaf) for leaf in leaves])


def map_only(kind, function, tree):
    return map_tree(lambda leaf: function(leaf) if isinstance(leaf, kind) else leaf, tree)
