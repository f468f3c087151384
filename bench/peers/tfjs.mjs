// The rows of bench/rows.py in TensorFlow.js, on the backend that PEER names (tfjs-cpu, tfjs-wasm). tools/peers.mjs bundles it.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { GPT, gptParams, ints, main, rnd } from './common.mjs';

const peer = process.env.PEER ?? 'tfjs-cpu',
  wasm = peer === 'tfjs-wasm';
if (wasm) setWasmPaths(`${process.env.PEERS_DIR}/node_modules/@tensorflow/tfjs-backend-wasm/dist/`);
await tf.setBackend(wasm ? 'wasm' : 'cpu');
await tf.ready();

const R = (shape, seed = 1, scale = 1) =>
  tf.tensor(
    rnd(
      shape.reduce((a, b) => a * b, 1),
      seed,
      scale,
    ),
    shape,
  );
const fwd = (make) => () => {
  const f = make();
  return {
    run: () =>
      tf.tidy(() => {
        f();
      }),
    check: () => {
      const y = tf.tidy(f),
        d = y.dataSync();
      y.dispose();
      return d;
    },
  };
};
const fb = (make) => () => {
  const [f, leaves] = make(),
    g = tf.grads(f);
  return {
    run: () =>
      tf.tidy(() => {
        g(leaves);
      }),
    check: () => tf.tidy(() => g(leaves).map((t) => Array.from(t.dataSync()))),
  };
};
const train = (make) => () => {
  const [f, params, lr] = make(),
    vars = params.map((p) => tf.variable(p));
  const run = () =>
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() => f(vars));
      for (const v of vars) v.assign(tf.sub(v, tf.mul(grads[v.name], lr)));
      return value.dataSync()[0];
    });
  return {
    run,
    check: () => {
      run();
      return run();
    },
  };
};

const chain = (x, y) => {
  for (let i = 0; i < 5000; i++) x = tf.add(tf.mul(y, x), x);
  return tf.sum(x);
};
const M = 1_000_000,
  conv = (x, w) => tf.conv2d(x, w, 1, 'same'); // NHWC, HWIO: the only layout tfjs has
const convIn = () => [tf.transpose(R([8, 16, 28, 28]), [0, 2, 3, 1]), tf.transpose(R([32, 16, 3, 3], 2), [2, 3, 1, 0])];
const rows = {
  chain_scalar_fb: fb(() => [chain, [tf.scalar(0.5), tf.scalar(1e-4)]]),
  chain_vec5_fb: fb(() => [chain, [R([5]), R([5], 2, 1e-4)]]),
  exp_1m: fwd(() => {
    const x = R([M]);
    return () => tf.exp(x);
  }),
  mul_1m: fwd(() => {
    const x = R([M]),
      y = R([M], 2);
    return () => tf.mul(x, y);
  }),
  expmul_1m_fb: fb(() => [(x, y) => tf.sum(tf.mul(tf.exp(x), y)), [R([M]), R([M], 2)]]),
  sum_1m: fwd(() => {
    const x = R([M]);
    return () => tf.sum(x);
  }),
  sum_ax0_1000: fwd(() => {
    const x = R([1000, 1000]);
    return () => tf.sum(x, 0);
  }),
  sum_ax1_1000: fwd(() => {
    const x = R([1000, 1000]);
    return () => tf.sum(x, 1);
  }),
  conv2d: fwd(() => {
    const [x, w] = convIn();
    return () => conv(x, w);
  }),
  conv2d_fb: fb(() => [(x, w) => tf.sum(tf.square(conv(x, w))), convIn()]),
  softmax_1024: fwd(() => {
    const x = R([1024, 1024]);
    return () => tf.softmax(x);
  }),
  softmax_1024_fb: fb(() => {
    const w = R([1024, 1024], 2);
    return [(x) => tf.sum(tf.mul(tf.softmax(x), w)), [R([1024, 1024])]];
  }),
  embed: fwd(() => {
    const e = R([50000, 64]),
      i = tf.tensor1d(ints(10000, 2, 50000), 'int32');
    return () => tf.gather(e, i);
  }),
  embed_fb: fb(() => {
    const i = tf.tensor1d(ints(10000, 2, 50000), 'int32'),
      w = R([10000, 64], 3);
    return [(e) => tf.sum(tf.mul(tf.gather(e, i), w)), [R([50000, 64])]];
  }),
  mlp_step: train(() => {
    const x = R([64, 784]),
      y = tf.oneHot(tf.tensor1d(ints(64, 2, 10), 'int32'), 10);
    return [
      ([w1, b1, w2, b2]) =>
        tf.losses.softmaxCrossEntropy(y, tf.add(tf.matMul(tf.relu(tf.add(tf.matMul(x, w1), b1)), w2), b2)),
      [R([784, 128], 3, 0.05), tf.zeros([128]), R([128, 10], 4, 0.05), tf.zeros([10])],
      0.1,
    ];
  }),
  gpt_step: train(() => {
    const { C, H, T, B, V, L, lr } = GPT,
      spec = gptParams(),
      D = C / H;
    const idx = tf.tensor1d(ints(B * T, 1, V), 'int32'),
      hot = tf.cast(tf.oneHot(idx, V), 'float32');
    const tgt = tf.oneHot(tf.tensor1d(ints(B * T, 2, V), 'int32'), V);
    const mask = tf.tensor(
      Float32Array.from({ length: T * T }, (_, i) => (i % T > Math.floor(i / T) ? -1e9 : 0)),
      [T, T],
    );
    const norm = (x, g, b) => {
      const { mean, variance } = tf.moments(x, -1, true);
      return tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5))), g), b);
    };
    const lin = (x, w, b) => tf.add(tf.matMul(x, w), b);
    const gelu = (x) =>
      tf.mul(
        tf.mul(x, 0.5),
        tf.add(tf.tanh(tf.mul(tf.add(x, tf.mul(tf.mul(tf.mul(x, x), x), 0.044715)), Math.sqrt(2 / Math.PI))), 1),
      );
    const loss = (vars) => {
      const p = Object.fromEntries(spec.map((s, i) => [s.name, vars[i]]));
      // The wasm backend has no gradient kernel for gather (UnsortedSegmentSum): there, one-hot times table.
      const tok = wasm ? tf.matMul(hot, p.wte) : tf.gather(p.wte, idx);
      let x = tf.reshape(tf.add(tf.reshape(tok, [B, T, C]), p.wpe), [B * T, C]);
      for (let l = 0; l < L; l++) {
        let h = norm(x, p[`ln1g${l}`], p[`ln1b${l}`]);
        const [q, k, v] = [...'qkv'].map((n) =>
          tf.transpose(tf.reshape(lin(h, p[`w${n}${l}`], p[`b${n}${l}`]), [B, T, H, D]), [0, 2, 1, 3]),
        );
        const a = tf.softmax(tf.add(tf.mul(tf.matMul(q, k, false, true), D ** -0.5), mask));
        const y = tf.reshape(tf.transpose(tf.matMul(a, v), [0, 2, 1, 3]), [B * T, C]);
        x = tf.add(x, lin(y, p[`wo${l}`], p[`bo${l}`]));
        h = norm(x, p[`ln2g${l}`], p[`ln2b${l}`]);
        x = tf.add(x, lin(gelu(lin(h, p[`w1${l}`], p[`b1${l}`])), p[`w2${l}`], p[`b2${l}`]));
      }
      return tf.losses.softmaxCrossEntropy(tgt, tf.matMul(norm(x, p.lnfg, p.lnfb), p.head));
    };
    return [loss, spec.map((s) => tf.tensor(s.data, s.shape)), lr];
  }),
  lstm_fb: fb(() => {
    const xs = tf.unstack(R([50, 16, 64])),
      h0 = tf.zeros([16, 64]);
    return [
      (wx, wh, b) => {
        let h = h0,
          c = h0;
        for (const x of xs) {
          const [i, f, g, o] = tf.split(tf.add(tf.add(tf.matMul(x, wx), tf.matMul(h, wh)), b), 4, 1);
          c = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)));
          h = tf.mul(tf.sigmoid(o), tf.tanh(c));
        }
        return tf.sum(h);
      },
      [R([64, 256], 2, 0.1), R([64, 256], 3, 0.1), tf.zeros([256])],
    ];
  }),
};
for (const n of [256, 512, 1024]) {
  rows[`matmul_${n}`] = fwd(() => {
    const a = R([n, n]),
      b = R([n, n], 2);
    return () => tf.matMul(a, b);
  });
  rows[`matmul_${n}_fb`] = fb(() => {
    const w = R([n, n], 3);
    return [(a, b) => tf.sum(tf.mul(tf.matMul(a, b), w)), [R([n, n]), R([n, n], 2)]];
  });
}
main(peer, rows);
