// What the checks share: runs an exported model in ONNX Runtime and compares numbers.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import path from 'node:path';

// The packages lie where the test installed them, not beside this file.
const require = createRequire(path.join(process.env.ONNX_CLIENT, 'package.json'));
const main = require.resolve('onnxruntime-web');
export const ort = await import(pathToFileURL(main).href).then((module) => module.default ?? module);
ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

// The library's own source would be printed with every error.
process.on('uncaughtException', (error) => { console.error(error.message); process.exit(1); });

/** Largest difference allowed between the exported model and the program. */
export const TOLERANCE = 1e-5;

export async function open(file) {
  return ort.InferenceSession.create(await readFile(file));
}

/** A tensor from JSON: null is a missing number. */
export function tensor({ type, dimensions, values }) {
  if (type === 'float32') {
    return new ort.Tensor(type, Float32Array.from(values, (v) => (v === null ? NaN : v)), dimensions);
  }
  if (type === 'int64') {
    return new ort.Tensor(type, BigInt64Array.from(values, (v) => BigInt(v)), dimensions);
  }
  return new ort.Tensor('string', values, dimensions);
}

/** Largest |a - b|; infinite where one of them is no number or the lengths differ. */
export function largestDifference(a, b) {
  if (a.length !== b.length) return Infinity;
  let worst = 0;
  for (let i = 0; i < a.length; ++i) {
    const difference = Math.abs(Number(a[i]) - Number(b[i]));
    worst = Number.isNaN(difference) ? Infinity : Math.max(worst, difference);
  }
  return worst;
}
