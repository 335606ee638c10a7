// node compare_scores.mjs MODEL FEATURES.csv SCORES.csv: a model exported by the program, fed with
// the features the program exports, against the scores the program writes.
import { readFile } from 'node:fs/promises';
import { TOLERANCE, largestDifference, open, tensor } from './client.mjs';

/** Rows of a CSV file as objects; quotes are doubled inside quoted cells. */
function parse(text) {
  const rows = [];
  let cells = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; ++i) {
    const c = text[i];
    if (quoted) {
      if (c === '"' && text[i + 1] === '"') { cell += '"'; ++i; }
      else if (c === '"') quoted = false;
      else cell += c;
    } else if (c === '"') quoted = true;
    else if (c === ',') { cells.push(cell); cell = ''; }
    else if (c === '\n') { cells.push(cell.replace(/\r$/, '')); rows.push(cells); cells = []; cell = ''; }
    else cell += c;
  }
  const [header, ...body] = rows;
  return body.map((row) => Object.fromEntries(header.map((name, j) => [name, row[j]])));
}

const [model, featureFile, scoreFile] = process.argv.slice(2);
const features = parse(await readFile(featureFile, 'utf8'));
const scores = new Map(parse(await readFile(scoreFile, 'utf8')).map((row) => [row.deal_id, row]));
const session = await open(model);
const metadata = new Map(session.inputMetadata.map((entry) => [entry.name, entry]));
const n = features.length;
const inputs = {};
for (const name of session.inputNames) {
  if (name === 'horizon_days') {
    inputs[name] = tensor({ type: 'int64', dimensions: [2], values: [30, 90] });
  } else if (name === 'quarter_ends') {
    // Calendar quarters around the moment of the first row.
    const asOf = new Date(features[0].as_of.slice(0, 10) + 'T00:00:00Z');
    const ends = [];
    for (let k = 0; ends.length === 0 || ends.at(-1) <= 800; ++k) {
      const month = 3 * (Math.floor(asOf.getUTCMonth() / 3) + k);
      ends.push(Math.round((Date.UTC(asOf.getUTCFullYear(), month, 1) - asOf) / 86400000));
    }
    inputs[name] = tensor({ type: 'int64', dimensions: [ends.length], values: ends });
  } else if (name === 'deal_age_days') {
    inputs[name] = tensor({ type: 'int64', dimensions: [n, 1], values: features.map((row) => Math.floor(Number(row.age_days))) });
  } else {
    const text = metadata.get(name).type === 'string';
    inputs[name] = tensor({
      type: text ? 'string' : 'float32',
      dimensions: [n, 1],
      values: features.map((row) => (text ? row[name] : row[name] === '' ? null : Number(row[name]))),
    });
  }
}
const result = await session.run(inputs);
const missing = features.reduce((sum, row) => sum + Object.values(row).filter((v) => v === '').length, 0);
const worst = largestDifference(
  result.win_probability.data, features.map((row) => scores.get(row.deal_id)?.win_probability));
console.log(`${n} open deals, ${missing} missing values: win_probability ${worst.toExponential(1)}`);
if (!(worst <= TOLERANCE) || n === 0) process.exit(1);
if (result.won_within) {
  // Within the horizon the three chances are one certainty.
  for (let i = 0; i < result.won_within.data.length; ++i) {
    const sum = result.won_within.data[i] + result.lost_within.data[i] + result.open_after.data[i];
    if (!(Math.abs(sum - 1) < 1e-9)) process.exit(1);
  }
}
