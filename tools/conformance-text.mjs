// Samples of the conformance suite as people read them.

/** A call of a sample: its text, and what was given. */
export function readable(line, check) {
  const given = [
    ...line.args.map((arg) => text(arg, line.tensors)),
    ...Object.entries(line.kwargs).map(([name, value]) => `${name}=${text(value, line.tensors)}`),
  ];
  const variant = line.variant === '' ? '' : ` (${line.variant})`;
  return `${check.kind}${variant} ${check.call}\n      of ${given.join(', ')}`;
}

function text(tree, tensors) {
  if (tree === null) return 'None';
  if (typeof tree === 'boolean') return tree ? 'True' : 'False';
  if (Array.isArray(tree)) return `[${tree.map((part) => text(part, tensors)).join(', ')}]`;
  if (typeof tree !== 'object') return JSON.stringify(tree);
  const [[kind, value]] = Object.entries(tree);
  const write = FORMS[kind] ?? JSON.stringify;
  return write(value, tensors);
}

const FORMS = {
  tensor: (i, tensors) => tensor(tensors[i]),
  float: (value) => value,
  complex: ([real, imaginary]) => `complex(${real}, ${imaginary})`,
  size: (sizes) => `torch.Size([${sizes.join(', ')}])`,
  tuple: (parts, tensors) => `(${parts.map((part) => `${text(part, tensors)},`).join(' ')})`,
  dict: (parts, tensors) => JSON.stringify(parts, (_, part) => text(part, tensors)),
  torch: (name) => `torch.${name}`,
  slice: (parts) => `slice(${parts.map((part) => part ?? 'None').join(', ')})`,
  dots: () => '...',
  device: (name) => `'${name}'`,
  function: (name) => `torch.nn.functional.${name}`,
};

function tensor(entry) {
  if (entry.compressed) return `sparse CSR ${entry.dtype}[${entry.shape}]`;
  const strides = entry.stride ? ` strides ${entry.stride} offset ${entry.offset}` : '';
  const values = elements(entry);
  const shown = values.length > 6 ? `${values.slice(0, 6).join(' ')} ...` : values.join(' ');
  return `${entry.dtype}[${entry.shape}]${strides}${entry.conj ? ' conj' : ''}{${shown}}`;
}

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  complex64: Float32Array,
  complex128: Float64Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int16: Int16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
  float16: Float32Array,
  bfloat16: Float32Array,
};

function elements({ dtype, data }) {
  const bytes = new Uint8Array(Buffer.from(data, 'base64'));
  return [...new ARRAYS[dtype](bytes.buffer)].map((value) =>
    typeof value === 'number' ? +value.toPrecision(6) : value,
  );
}
