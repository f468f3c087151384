from . import constraints
from .gamma import Gamma


class Chi2(Gamma):
    arg_constraints = {"df": constraints.positive}
    df = property(lambda self: self.concentration * 2)

    def __init__(self, df, validate_args=None):
        self._broadcast(validate_args, concentration=0.5 * df, rate=0.5)

    def expand(self, batch_shape, _instance=None):
        new = self._get_checked_instance(_instance=_instance)
        new._broadcast(False, concentration=self.concentration.expand(batch_shape), rate=self.rate.expand(batch_shape))
        return new
