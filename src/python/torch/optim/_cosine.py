"""The cosine to the last bit. Python's own is the C library's, of which there are several: rates would differ from PyTorch's in their last digit."""

_BITS = 200
_TWO_PI = 2 * 314159265358979323846264338327950288419716939937510582097494459230781640628620899 * 2**_BITS // 10**80


def cos(x):
    """By Taylor's series in fixed point, of x less whole turns."""
    numerator, denominator = float(x).as_integer_ratio()
    angle = (numerator << _BITS) // denominator % _TWO_PI
    square = angle * angle >> _BITS
    term = total = 1 << _BITS
    n, sign = 0, -1
    while term:
        n += 2
        term = (term * square >> _BITS) // (n * (n - 1))
        total += sign * term
        sign = -sign
    return total / (1 << _BITS)
