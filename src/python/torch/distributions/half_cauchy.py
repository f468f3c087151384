from .half_normal import HalfCauchy
