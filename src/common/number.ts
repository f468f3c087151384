/** Numbers as Python's format() writes them; JavaScript's own rounds ties up and pads exponents differently. */

/** `format(value, '.4f')`, rounding ties to even. */
export function fixed(value: number, digits: number): string {
  if (!Number.isFinite(value)) return special(value);
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const size = Math.abs(value);
  if (size >= 1e21) return sign + BigInt(size).toString() + (digits > 0 ? `.${'0'.repeat(digits)}` : '');
  const long = size.toFixed(digits + GUARD);
  const cut = digits === 0 ? long.slice(0, -GUARD - 1) : long.slice(0, -GUARD);
  return sign + (isTie(long.slice(-GUARD)) && isEven(cut) ? cut : size.toFixed(digits));
}

/** `format(value, '.4e')`, rounding ties to even: at least two digits of exponent. */
export function exponential(value: number, digits: number): string {
  if (!Number.isFinite(value)) return special(value);
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const size = Math.abs(value);
  const [long, power] = size.toExponential(digits + GUARD).split('e') as [string, string];
  const cut = long.slice(0, -GUARD);
  const exact = isTie(long.slice(-GUARD)) && isEven(cut);
  const [mantissa, exponent] = exact ? [cut, power] : (size.toExponential(digits).split('e') as [string, string]);
  return `${sign}${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}

/** Digits beyond the last one shown: enough to tell a tie from anything near it. */
const GUARD = 30;

const isTie = (tail: string): boolean => /^50*$/.test(tail);
const isEven = (text: string): boolean => '02468'.includes(text.at(-1)!);

/** `repr(value)` of a Python float. */
export function pythonFloat(value: number): string {
  if (!Number.isFinite(value)) return special(value);
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (value === 0 || (size >= 1e-4 && size < 1e16))
    return Number.isInteger(value) ? `${BigInt(value)}.0` : plain(value);
  const [mantissa, exponent] = value.toExponential().split('e') as [string, string];
  return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}

/** The shortest digits without an exponent: JavaScript writes 1e-7 and above 1e21 with one, which is outside this range. */
const plain = (value: number): string => String(value);

const special = (value: number): string => (Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf');
