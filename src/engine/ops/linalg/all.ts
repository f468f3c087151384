/** Linear algebra: every family of `torch.linalg`, and the older names of its functions. */
import './inverse.ts';
import './triangular.ts';
import './svd.ts';
import './determinant.ts';
import './cholesky.ts';
import './qr.ts';
import './eigh.ts';
import './lu.ts';
import './lu-solve.ts';
import './norms.ts';
import './pinv.ts';
import './power.ts';
import './eig.ts';
import './ldl.ts';
import './exponential.ts';
import './householder.ts';
import './lstsq.ts';
