"""`BackwardHookFunction`: the node through which a module's inputs or outputs pass, for its backward hooks."""

from ...autograd.function import Function


class BackwardHookFunction(Function):
    @staticmethod
    def forward(ctx, *args):
        ctx.mark_non_differentiable(*[arg for arg in args if not arg.requires_grad])
        return args

    @staticmethod
    def backward(ctx, *args):
        return args


BackwardHookFunction.__module__ = "torch.nn.modules._functions"
