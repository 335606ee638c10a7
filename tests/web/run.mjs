// Runs the stories one after another and says which held. Usage: see stories_test.sh.
//
//   node tests/web/run.mjs [part of a story's name]
import { readdirSync } from 'node:fs';

import { closeBrowser, NotServed, openCompany } from './company.mjs';

const folder = new URL('./stories/', import.meta.url);
const wanted = process.argv[2] ?? '';
const stories = [];
for (const file of readdirSync(folder).sort()) {
  const module = await import(new URL(file, folder));
  for (const story of module.stories) stories.push(story);
}
const company = await openCompany(process.env.LINK);
let failed = 0;
let passed = 0;
let skipped = 0;
for (const story of stories.filter(({ name }) => name.includes(wanted))) {
  const began = Date.now();
  try {
    await story.run(company);
    passed += 1;
    console.log(`ok      ${story.name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  } catch (error) {
    if (error instanceof NotServed) {
      skipped += 1;
      console.log(`skipped ${story.name}: ${error.message}`);
      continue;
    }
    failed += 1;
    console.log(`FAILED  ${story.name}\n        ${String(error.message).split('\n').join('\n        ')}`);
    await company.capture(story.name);
  }
  await company.forgetPages();
}
await closeBrowser();
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
