"""Differentiates twice, for the programs beside this folder."""

import torch


def walk(roots):
    """The graph from the roots down, as a text; `#3` is the node that was met fourth."""
    seen, words = {}, []

    def visit(node):
        if node is None:
            words.append("-")
        elif node in seen:
            words.append(f"#{seen[node]}")
        else:
            seen[node] = len(seen)
            words.append(node.name().replace("torch::autograd::", ""))
            for next_node, _ in node.next_functions:
                visit(next_node)

    for root in roots:
        visit(root.grad_fn)
    return " ".join(words)


def twice(name, f, *shapes, positive=False):
    leaves = [(torch.rand(s) * 0.8 + 0.1 if positive else torch.randn(s)).requires_grad_() for s in shapes]
    y = f(*leaves)
    if isinstance(y, tuple):
        y = next(one for one in y if one.requires_grad)
    upstream = torch.ones_like(y).requires_grad_()
    gradients = torch.autograd.grad(y, leaves, upstream, create_graph=True, allow_unused=True)
    gradients = [g for g in gradients if g is not None and g.requires_grad]
    print(name, walk(gradients))
    torch.autograd.backward([g.sum() for g in gradients])
