/** Every family of ops, in the order in which their overloads are tried. */
import './arithmetic.ts';
import './as-strided.ts';
import './cast.ts';
import './movement.ts';
import './reduction.ts';
