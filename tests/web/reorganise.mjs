// Writes the files of an export in which a quota was raised and a rep went to another team.
//
//   node tests/web/reorganise.mjs FROM TO
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [from, to] = process.argv.slice(2);
mkdirSync(to, { recursive: true });
copyFileSync(join(from, 'UserRole.csv'), join(to, 'UserRole.csv'));

/** Changes one row; every value of the export stands in quotation marks. */
function rewrite(name, change) {
  const [head, ...lines] = readFileSync(join(from, name), 'utf8').trim().split('\n');
  const split = (line) => line.trim().slice(1, -1).split('","');
  const columns = split(head);
  const rows = lines.map((line) => Object.fromEntries(split(line).map((value, i) => [columns[i], value])));
  change(rows);
  const written = rows.map((row) => `"${columns.map((column) => row[column]).join('","')}"`);
  writeFileSync(join(to, name), [head.trim(), ...written, ''].join('\n'));
}

rewrite('ForecastingQuota.csv', (rows) => {
  const newest = rows.at(-1);
  newest.QuotaAmount = String(Number(newest.QuotaAmount) + 100_000);
  newest.SystemModstamp = '2026-11-10T09:00:00.000Z';
  console.log(`quota of ${newest.QuotaOwnerId} raised to ${newest.QuotaAmount}`);
});
rewrite('User.csv', (rows) => {
  const sellers = rows.filter((row) => row.Title === 'Account Executive');
  const rep = sellers.at(-1);
  const other = sellers.find((row) => row.UserRoleId !== rep.UserRoleId);
  Object.assign(rep, { UserRoleId: other.UserRoleId, ManagerId: other.ManagerId, SystemModstamp: '2026-11-09T09:00:00.000Z' });
  console.log(`${rep.Name} goes to ${other.UserRoleId}`);
});
