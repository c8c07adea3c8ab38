import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { ERRORS_DOCUMENT, renderErrors } from './check-errors.js';
import { checkWorkspace, factsOf } from './check.js';
import { readWorkspace } from './workspace.js';

// node tools/tidy/dist/main.js [--write] [--long]: checks the repository, or first writes the documents that are made from code.
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const options = new Set(process.argv.slice(2));
if (options.has('--write')) {
  const workspace = readWorkspace(root);
  writeFileSync(path.join(root, ERRORS_DOCUMENT), renderErrors(workspace, factsOf(workspace)));
}
const { problems, long, fileCount } = checkWorkspace(readWorkspace(root));
for (const { path: file, line, rule, message } of problems) {
  process.stdout.write(`${file}${line > 0 ? `:${line}` : ''}: ${message} [${rule}]\n`);
}
if (options.has('--long')) process.stdout.write(long.map((entry) => `${entry}\n`).join(''));
process.stdout.write(`tidy: ${fileCount} files, ${problems.length} problems, ${long.length} parts longer than reads well (--long lists them)\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
