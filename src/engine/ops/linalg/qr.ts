/** QR by Householder's reflections: the decomposition, its raw form, and products with its Q. */
import { runtimeError } from '../../errors.ts';
import { factorQr, orthogonalOf } from '../../linear-algebra/householder.ts';
import type { Matrix } from '../../linear-algebra/matrix.ts';
import { upperOf } from '../../linear-algebra/svd.ts';
import { declare, define } from '../../registry.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { add, mul, sub } from '../arithmetic.ts';
import { cast } from '../cast.ts';
import { triu } from '../diagonal.ts';
import { cat } from '../joining.ts';
import { matmul } from '../linear.ts';
import { slice } from '../movement.ts';
import { adjoint } from '../products.ts';
import { batchOf, checkFloating, checkMatrix, matricesOf, rowsOf, tensorOf, widthOf } from './matrices.ts';
import { diagonalMatrix, diagonalOf, plusAdjoint, realOf, zerosOf } from './parts.ts';
import { solveTriangular } from './triangular.ts';

export const qr = declare("linalg_qr(Tensor A, str mode='reduced') -> (Tensor Q, Tensor R)");
const oldQr = declare('qr(Tensor self, bool some=True) -> (Tensor Q, Tensor R)');

type Mode = 'reduced' | 'complete' | 'r';

function checkMode(mode: string): Mode {
  if (mode === 'reduced' || mode === 'complete' || mode === 'r') return mode;
  throw runtimeError(
    `qr received unrecognized mode '${mode}' but expected one of 'reduced' (default), 'r', or 'complete'`,
  );
}

define(qr, {
  variants: { namespace: 'linalg', method: false },
  kernel: (A, given) => {
    checkMatrix(A, 'linalg.qr');
    checkFloating(A, 'linalg.qr', false, 'geqrf_cpu');
    const mode = checkMode(given);
    const [rows, columns] = [rowsOf(A), widthOf(A)];
    const width = mode === 'complete' ? rows : Math.min(rows, columns);
    const qs: Matrix[] = [];
    const rs: Matrix[] = [];
    for (const work of matricesOf(A)) {
      const taus = factorQr(work);
      rs.push(upperOf(work, width));
      if (mode !== 'r') qs.push(orthogonalOf(work, taus, width));
    }
    const R = tensorOf(rs, batchOf(A), width, columns, A.dtype);
    if (mode === 'r') return [emptyTensor([0], A.dtype), R];
    return [columns === 0 ? identities(A, width) : tensorOf(qs, batchOf(A), rows, width, A.dtype), R];
  },
  gradients: {
    A: {
      formula: '∂L/∂A = (∂L/∂Q + Q @ copyltu(R @ ∂L/∂Rᴴ − ∂L/∂Qᴴ @ Q)) @ R⁻ᴴ',
      saves: ['results'],
      rule: () => null,
    },
  },
  joint: ([gQ, gR], s) => [
    gQ || gR ? slope(gQ ?? null, gR ?? null, s.outputAt(0), s.outputAt(1), s.mode as Mode) : null,
  ],
});

/** Q of matrices without columns. */
function identities(A: Tensor, width: number): Tensor {
  const out = emptyTensor([...batchOf(A), rowsOf(A), width], A.dtype);
  for (let i = 0; i < out.numel; i++) {
    if (Math.floor(i / width) % width === i % width) out.storage.data[i * A.dtype.lanes] = 1;
  }
  return out;
}

/** Of A = Q R (Walter & Lehmann 2010; Roberts & Roberts, QR and LQ decomposition matrix backpropagation, 2020). */
function slope(gQ: Tensor | null, gR: Tensor | null, Q: Tensor, R: Tensor, mode: Mode): Tensor {
  const [rows, columns] = [mode === 'r' ? rowsOf(R) : rowsOf(Q), widthOf(R)];
  if (mode === 'r') {
    throw runtimeError(
      "The derivative of linalg.qr depends on Q, which is not computed when mode='r'. Please use linalg.qr(A, mode='reduced') if you are going to differentiate through linalg.qr.",
    );
  }
  if (mode === 'complete' && rows > columns) {
    throw runtimeError("The QR decomposition is not differentiable when mode='complete' and nrows > ncols.");
  }
  if (rows >= columns) return tallSlope(gQ, gR, Q, R);
  const part = (tensor: Tensor, from: number, to: number): Tensor => slice(tensor, -1, from, to);
  const rest = part(R, rows, columns);
  const gRest = gR === null ? zerosOf(rest) : part(gR, rows, columns);
  const gQWhole = matmul(matmul(Q, rest), adjoint(gRest));
  const square = tallSlope(
    gQ === null ? gQWhole : add(gQ, gQWhole),
    gR === null ? null : part(gR, 0, rows),
    Q,
    part(R, 0, rows),
  );
  return cat([square, matmul(Q, gRest)], -1);
}

function tallSlope(gQ: Tensor | null, gR: Tensor | null, Q: Tensor, R: Tensor): Tensor {
  const fromR = gR === null ? null : matmul(gR, adjoint(R));
  const fromQ = gQ === null ? null : matmul(adjoint(Q), gQ);
  const inner = fromR === null ? mul(fromQ!, -1n) : fromQ === null ? fromR : sub(fromR, fromQ);
  const turned = matmul(Q, reflected(triu(inner)));
  const whole = gQ === null ? turned : add(gQ, turned);
  return solveTriangular(adjoint(R), whole, false, false);
}

/** X + Xᴴ with the real part of the diagonal halved. */
function reflected(X: Tensor): Tensor {
  const whole = plusAdjoint(X);
  const half = cast(mul(realOf(diagonalOf(whole)), 0.5), whole.dtype);
  return sub(whole, diagonalMatrix(half));
}

define(oldQr, { composite: true, kernel: (self, some) => qr(self, some ? 'reduced' : 'complete') });
