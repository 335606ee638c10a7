// node compare_cases.mjs FOLDER: every case that ri_onnx_cases wrote, in ONNX Runtime.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { TOLERANCE, largestDifference, open, tensor } from './client.mjs';

const folder = process.argv[2];
let failed = false;
for (const name of (await readdir(folder)).sort()) {
  const wanted = JSON.parse(await readFile(path.join(folder, name, 'case.json'), 'utf8'));
  const session = await open(path.join(folder, name, 'model.onnx'));
  const inputs = Object.fromEntries(
    session.inputNames.map((input) => [input, tensor(wanted.inputs[input])]));
  const result = await session.run(inputs);
  const lines = [];
  for (const [output, values] of Object.entries(wanted.outputs)) {
    const worst = output in result ? largestDifference(result[output].data, values) : Infinity;
    // The margin is no probability; it may differ by what changes none.
    const limit = output === 'margin' ? 4 * TOLERANCE : TOLERANCE;
    failed ||= !(worst <= limit);
    lines.push(`${output} ${worst.toExponential(1)}${worst <= limit ? '' : ' TOO LARGE'}`);
  }
  console.log(`${name}: ${lines.join(', ')}`);
}
process.exit(failed ? 1 : 0);
