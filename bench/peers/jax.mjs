// The rows of bench/rows.py in jax-js on its Wasm backend: op by op with PEER=jax-js, with jax-js-jit the whole step in jit().
// In jax-js each use of an array consumes a reference; `.ref` keeps one.
globalThis.navigator ??= {}; // Node 20 has no navigator; 0.1.25 reads navigator.gpu unguarded
const jax = await import('@jax-js/jax');
const { init, defaultDevice, numpy: np, nn, lax, grad, valueAndGrad, tree, blockUntilReady } = jax;

import { GPT, gptParams, ints, main, rnd } from './common.mjs';

await init('wasm');
defaultDevice('wasm');
const peer = process.env.PEER ?? 'jax-js',
  J = peer.endsWith('-jit') ? jax.jit : (f) => f;
const arr = (data, shape) => np.array(data, { shape });
const int = (data) => np.array(data, { dtype: np.int32 });
const R = (shape, seed = 1, scale = 1) =>
  arr(
    rnd(
      shape.reduce((a, b) => a * b, 1),
      seed,
      scale,
    ),
    shape,
  );

/** make() -> [f, args]; f consumes its args; the step waits for the outputs and frees them. */
const stepper = (f, args) => {
  const out = () => f(...args.map((a) => tree.ref(a)));
  const run = async () => {
    const o = out();
    await blockUntilReady(o);
    tree.dispose(o);
  };
  return {
    run,
    check: async () => {
      const r = [];
      for (const a of tree.leaves(out())) r.push(Array.from(await a.data()));
      return r;
    },
  };
};
const fwd = (make) => () => {
  const [f, args] = make();
  return stepper(J(f), args);
};
/** make() -> [loss, leaves, constants] */
const fb = (make) => () => {
  const [f, leaves, consts = []] = make();
  return stepper(J(grad(f, { argnums: leaves.map((_, i) => i) })), [...leaves, ...consts]);
};
/** make() -> [loss(params, ...data), params, data, lr] */
const train = (make) => () => {
  let [f, params, data, lr] = make();
  const vg = valueAndGrad(f);
  const step = J((p, ...d) => {
    const [loss, g] = vg(tree.ref(p), ...d);
    return [loss, tree.map((a, b) => a.sub(b.mul(lr)), p, g)];
  });
  const run = async () => {
    const [loss, next] = step(params, ...data.map((d) => d.ref));
    params = next;
    await blockUntilReady(params);
    return (await loss.data())[0];
  };
  return {
    run,
    check: async () => {
      await run();
      return run();
    },
  };
};

const chain = (x, y) => {
  for (let i = 0; i < 5000; i++) x = y.ref.mul(x.ref).add(x);
  y.dispose();
  return np.sum(x);
};
const M = 1_000_000,
  conv = (x, w) => lax.conv(x, w, [1, 1], 'SAME');
const convIn = () => [R([8, 16, 28, 28]), R([32, 16, 3, 3], 2)];
const rows = {
  chain_scalar_fb: fb(() => [chain, [np.array(0.5), np.array(1e-4)]]),
  chain_vec5_fb: fb(() => [chain, [R([5]), R([5], 2, 1e-4)]]),
  exp_1m: fwd(() => [np.exp, [R([M])]]),
  mul_1m: fwd(() => [np.multiply, [R([M]), R([M], 2)]]),
  expmul_1m_fb: fb(() => [(x, y) => np.sum(np.exp(x).mul(y)), [R([M]), R([M], 2)]]),
  sum_1m: fwd(() => [np.sum, [R([M])]]),
  sum_ax0_1000: fwd(() => [(x) => np.sum(x, 0), [R([1000, 1000])]]),
  sum_ax1_1000: fwd(() => [(x) => np.sum(x, 1), [R([1000, 1000])]]),
  conv2d: fwd(() => [conv, convIn()]),
  conv2d_fb: fb(() => [(x, w) => np.sum(np.square(conv(x, w))), convIn()]),
  softmax_1024: fwd(() => [nn.softmax, [R([1024, 1024])]]),
  softmax_1024_fb: fb(() => [(x, w) => np.sum(nn.softmax(x).mul(w)), [R([1024, 1024])], [R([1024, 1024], 2)]]),
  embed: fwd(() => [(e, i) => np.take(e, i, 0), [R([50000, 64]), int(ints(10000, 2, 50000))]]),
  embed_fb: fb(() => [
    (e, i, w) => np.sum(np.take(e, i, 0).mul(w)),
    [R([50000, 64])],
    [int(ints(10000, 2, 50000)), R([10000, 64], 3)],
  ]),
  mlp_step: train(() => [
    (p, x, y) => {
      const o = np.matmul(nn.relu(np.matmul(x, p.w1).add(p.b1)), p.w2).add(p.b2);
      return np.sum(nn.logSoftmax(o).mul(nn.oneHot(y, 10))).mul(-1 / 64);
    },
    { w1: R([784, 128], 3, 0.05), b1: np.zeros([128]), w2: R([128, 10], 4, 0.05), b2: np.zeros([10]) },
    [R([64, 784]), int(ints(64, 2, 10))],
    0.1,
  ]),
  gpt_step: train(() => {
    const { C, H, T, B, V, L, lr } = GPT,
      D = C / H;
    const norm = (x, g, b) => nn.standardize(x).mul(g).add(b);
    const loss = (p, idx, tgt, mask) => {
      // 0.1.25 cannot jit the gradient of take here ("scatter input is not imm"): there, one-hot times table.
      const tok = peer === 'jax-js-jit' ? np.matmul(nn.oneHot(idx, V), p.wte) : np.take(p.wte, idx, 0);
      let x = tok
        .reshape([B, T, C])
        .add(p.wpe)
        .reshape([B * T, C]);
      for (let l = 0; l < L; l++) {
        let h = norm(x.ref, p[`ln1g${l}`], p[`ln1b${l}`]);
        const head = (n) =>
          np.matmul(h.ref, p[`w${n}${l}`]).add(p[`b${n}${l}`]).reshape([B, T, H, D]).transpose([0, 2, 1, 3]);
        const q = head('q'),
          k = head('k'),
          v = head('v');
        h.dispose();
        const a = nn.softmax(
          np
            .matmul(q, k.transpose([0, 1, 3, 2]))
            .mul(D ** -0.5)
            .add(mask.ref),
        );
        const y = np
          .matmul(a, v)
          .transpose([0, 2, 1, 3])
          .reshape([B * T, C]);
        x = x.add(np.matmul(y, p[`wo${l}`]).add(p[`bo${l}`]));
        h = norm(x.ref, p[`ln2g${l}`], p[`ln2b${l}`]);
        x = x.add(np.matmul(nn.gelu(np.matmul(h, p[`w1${l}`]).add(p[`b1${l}`])), p[`w2${l}`]).add(p[`b2${l}`]));
      }
      mask.dispose();
      const logits = np.matmul(norm(x, p.lnfg, p.lnfb), p.head);
      return np.sum(nn.logSoftmax(logits).mul(nn.oneHot(tgt, V))).mul(-1 / (B * T));
    };
    const mask = Float32Array.from({ length: T * T }, (_, i) => (i % T > Math.floor(i / T) ? -1e9 : 0));
    return [
      loss,
      Object.fromEntries(gptParams().map((s) => [s.name, arr(s.data, s.shape)])),
      [int(ints(B * T, 1, V)), int(ints(B * T, 2, V)), arr(mask, [T, T])],
      lr,
    ];
  }),
  lstm_fb: fb(() => [
    (wx, wh, b, xs) => {
      let h = np.zeros([16, 64]),
        c = np.zeros([16, 64]);
      for (const x of np.unstack(xs)) {
        const [i, f, g, o] = np.split(np.matmul(x, wx.ref).add(np.matmul(h, wh.ref)).add(b.ref), 4, 1);
        c = nn
          .sigmoid(f)
          .mul(c)
          .add(nn.sigmoid(i).mul(np.tanh(g)));
        h = nn.sigmoid(o).mul(np.tanh(c.ref));
      }
      for (const a of [wx, wh, b, c]) a.dispose();
      return np.sum(h);
    },
    [R([64, 256], 2, 0.1), R([64, 256], 3, 0.1), np.zeros([256])],
    [R([50, 16, 64])],
  ]),
};
for (const n of [256, 512, 1024]) {
  rows[`matmul_${n}`] = fwd(() => [np.matmul, [R([n, n]), R([n, n], 2)]]);
  rows[`matmul_${n}_fb`] = fb(() => [
    (a, b, w) => np.sum(np.matmul(a, b).mul(w)),
    [R([n, n]), R([n, n], 2)],
    [R([n, n], 3)],
  ]);
}
main(peer, rows);
