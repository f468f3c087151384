/** Special functions. */
import './error-functions.ts';
import './gamma-functions.ts';
import './bessel-functions.ts';
import './polynomials.ts';
