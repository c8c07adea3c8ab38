// Runs the programs of docs/examples and compares what they print with what the page shows; times may differ.
//
//   node tools/acceptance/dist/examples.js
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './programs.js';
import { mustEqual, Report } from './report.js';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../../docs/examples');
const page = readFileSync(join(folder, 'README.md'), 'utf8');
const report = new Report('examples');

/** Output in which every latency that was measured is the same. */
const timeless = (text: string): string => text.replace(/p99 \d+(\.\d+)? ms/g, 'p99 … ms').trim();

const shown = [...page.matchAll(/^`npm run -s ([\w-]+)`\n\n```text\n([^]*?)```$/gm)].map(([, name = '', output = '']) => ({ name, output }));
await report.check('the page shows three programs', async () => {
  if (shown.length !== 3) throw new Error(`it shows ${shown.length}`);
  return undefined;
});
for (const { name, output } of shown) {
  await report.check(name, async () => {
    const { code, stdout, stderr } = await run(process.execPath, [join(folder, 'dist', `${name}.js`)]);
    if (code !== 0) throw new Error(`it ended with ${code}: ${stderr.slice(-2000)}`);
    mustEqual(timeless(stdout), timeless(output), 'what it prints');
    return undefined;
  });
}
report.finish();
