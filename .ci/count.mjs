// Turns the reports of a step into one line "passed failed". The argument is a JSON list of { name, passed }, or a folder with such a
// list (checks.json) beside the report of jest (jest.json). Counts what was run, not what was hoped for: a suite that could not even
// start is a failure, and a skipped test is none of both.
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const [place, exitCode] = process.argv.slice(2);
const read = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined);
const isFolder = existsSync(place) && statSync(place).isDirectory();
const checks = read(isFolder ? path.join(place, 'checks.json') : place);
const jest = isFolder ? read(path.join(place, 'jest.json')) : undefined;
if (checks === undefined && jest === undefined) {
  console.error('no report was written');
  process.exit(1);
}
let passed = 0;
let failed = 0;
if (jest !== undefined) {
  passed += jest.numPassedTests;
  failed += jest.numFailedTests + jest.numRuntimeErrorTestSuites;
}
for (const check of checks ?? []) {
  // Counted test by test already; its exit code adds something only when no test failed: the floor of covered lines.
  if (check.name === 'tests' && failed > 0) continue;
  if (check.passed) passed++;
  else failed++;
}
if (exitCode !== '0' && failed === 0) failed = 1;
console.log(`${passed} ${failed}`);
