# Inference mode: what is made in it has no version and can't be saved for backward; what was made before goes on as it was.
import copy
import torch
import torch.nn.functional as F


def attempt(action):
    try:
        print(action())
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


plain, leaf = torch.ones(2), torch.ones(2, requires_grad=True)
with torch.inference_mode():
    made = torch.ones(2)
    print(made.is_inference(), (made * 2).is_inference(), made[0].is_inference(), made.clone().is_inference())
    print(torch.is_inference_mode_enabled(), torch.is_grad_enabled(), torch.tensor([1.0]).is_inference())
    own = torch.ones(2, requires_grad=True)
    print(own.requires_grad, own.is_inference(), (own * 2).requires_grad, (leaf * 2).requires_grad, (leaf * 2).is_leaf)
    attempt(lambda: made._version)
    made.add_(1)
    attempt(lambda: leaf.add_(1))
    view, of_leaf = plain.view(2), leaf.view(2)
    print(view.is_inference(), view.add_(1), plain._version, of_leaf.requires_grad, of_leaf.grad_fn, leaf.detach().is_inference())
    with torch.inference_mode(False):
        print(torch.is_inference_mode_enabled(), torch.is_grad_enabled(), torch.ones(2).is_inference())
        print((leaf * torch.ones(2)).requires_grad)
        attempt(lambda: leaf * made)
    with torch.enable_grad():
        print(torch.is_grad_enabled(), (leaf * 2).requires_grad, (leaf * 2).is_inference())
    attempt(lambda: leaf.sum().backward())
    ids, mask = torch.tensor([0, 1]), torch.tensor([True, False])
print(torch.is_inference_mode_enabled(), torch.is_grad_enabled(), leaf._version, plain._version, made)

attempt(lambda: made._version)
attempt(lambda: made.add_(1))
print(made)
attempt(lambda: made.__setitem__(0, 7.0))
attempt(lambda: torch.add(plain, plain, out=made))
attempt(lambda: of_leaf.add_(1))
attempt(lambda: made.requires_grad_())
attempt(lambda: torch.nn.Parameter(made))
attempt(lambda: plain.copy_(made))
attempt(lambda: (made + 1).is_inference())
attempt(lambda: made.view(2).is_inference() and made.detach().is_inference() and torch.is_inference(made.t()))
attempt(lambda: made.clone().is_inference() or copy.deepcopy(made).is_inference() or torch.zeros_like(made).is_inference())
attempt(lambda: leaf + made)
attempt(lambda: torch.cat([leaf, made]))
attempt(lambda: leaf.masked_fill(made > 100, 0.0))
for action in (
    lambda: leaf * made,
    lambda: made / leaf,
    lambda: leaf @ made,
    lambda: torch.maximum(leaf, made),
    lambda: F.mse_loss(leaf, made),
    lambda: leaf[ids],
    lambda: leaf[mask],
    lambda: leaf.gather(0, ids),
    lambda: torch.where(mask, leaf, leaf),
    lambda: F.embedding(ids, torch.ones(3, 2, requires_grad=True)),
    lambda: F.nll_loss(torch.ones(2, 2, requires_grad=True), ids),
):
    attempt(action)
(leaf * made.clone()).sum().backward()
print(leaf.grad)


@torch.inference_mode()
def predict(x):
    return x * 2


@torch.inference_mode(mode=False)
def train(x):
    return x * 2


@torch.no_grad()
def stream(x):
    while True:
        try:
            x = x * 2
            yield x.requires_grad, torch.is_grad_enabled()
        except KeyError:
            x = leaf


values = stream(leaf)
print(predict(leaf).is_inference(), predict(leaf).requires_grad, train(leaf).requires_grad)
print(next(values), torch.is_grad_enabled(), values.throw(KeyError()), values.close(), predict.__name__)
