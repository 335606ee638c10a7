// Answers made from the contract alone: every value has the type, the range and, where the contract
// gives one, the example of openapi.yaml. Used for routes the invented company does not cover.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';

export const contract = parse(
  readFileSync(join(import.meta.dirname, '../../openapi/openapi.yaml'), 'utf8'),
);

function resolve(schema) {
  if (!schema.$ref) return schema;
  return schema.$ref
    .slice(2)
    .split('/')
    .reduce((node, key) => node[key], contract);
}

function text(schema) {
  if (schema.format === 'date-time') return '2026-11-16T00:00:00.000Z';
  if (schema.format === 'date') return '2026-12-18';
  if (schema.pattern === '^[A-Z]{3}$') return 'EUR';
  return 'text';
}

/** One value of a schema: its example, or the plainest value it allows. */
export function sample(given, depth = 0) {
  const schema = resolve(given);
  if (schema.examples) return schema.examples[0];
  if (schema.enum) return schema.enum[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => sample(part, depth)));
  if (schema.oneOf) {
    return sample(
      schema.oneOf.find((part) => resolve(part).type !== 'null'),
      depth,
    );
  }
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'object' || schema.properties) {
    return Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([name, part]) => [
        name,
        sample(part, depth + 1),
      ]),
    );
  }
  if (type === 'array') return depth > 6 ? [] : [sample(schema.items, depth + 1)];
  if (type === 'integer') return schema.minimum ?? 3;
  if (type === 'number') return schema.maximum === 1 ? 0.4 : 1.5;
  if (type === 'boolean') return false;
  if (type === 'null') return null;
  return text(schema);
}

/** Where `value` departs from the schema; empty when it keeps it. */
export function violations(given, value, where = '') {
  const schema = resolve(given);
  if (schema.oneOf) {
    const tries = schema.oneOf.map((part) => violations(part, value, where));
    return tries.some((found) => found.length === 0) ? [] : tries[0];
  }
  if (schema.allOf) return schema.allOf.flatMap((part) => violations(part, value, where));
  const found = [];
  const types = schema.type === undefined ? [] : [schema.type].flat();
  const actual = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  const fits = (type) =>
    type === actual ||
    (type === 'integer' && Number.isInteger(value)) ||
    (type === 'number' && actual === 'number');
  if (types.length > 0 && !types.some(fits)) {
    return [`${where || '/'} is ${actual}, not ${types.join(' or ')}`];
  }
  if (schema.enum && !schema.enum.includes(value))
    found.push(`${where}: '${value}' is not allowed`);
  if (
    actual === 'number' &&
    (value < (schema.minimum ?? -Infinity) || value > (schema.maximum ?? Infinity))
  ) {
    found.push(`${where}: ${value} is out of range`);
  }
  if (actual === 'object') {
    for (const name of schema.required ?? []) {
      if (!(name in value)) found.push(`${where}/${name} is missing`);
    }
    for (const [name, part] of Object.entries(schema.properties ?? {})) {
      if (name in value) found.push(...violations(part, value[name], `${where}/${name}`));
    }
  }
  if (actual === 'array' && schema.items) {
    value.forEach((item, index) =>
      found.push(...violations(schema.items, item, `${where}/${index}`)),
    );
  }
  return found;
}

/** The route of the contract that a request goes to, with the schema of its success. */
export function findRoute(method, path) {
  for (const [template, item] of Object.entries(contract.paths)) {
    const operation = item[method.toLowerCase()];
    if (!operation) continue;
    const pattern = new RegExp(`^${template.replace(/\{[^}]+\}/g, '([^/]+)')}$`);
    const match = path.match(pattern);
    if (!match) continue;
    // A literal path wins over a template: /models/diff is not the model "diff".
    if (template.includes('{') && contract.paths[path]?.[method.toLowerCase()]) continue;
    const [status, response] = Object.entries(operation.responses).find(([code]) =>
      /^2/.test(code),
    );
    const content = response.content ?? {};
    const mediaType = Object.keys(content)[0];
    return {
      template,
      status: Number(status),
      mediaType,
      schema: mediaType ? content[mediaType].schema : undefined,
      parameters: match.slice(1).map(decodeURIComponent),
    };
  }
  return null;
}
