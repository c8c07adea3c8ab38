// Writes packages/client/src/api.ts, the types of the REST interface, from the OpenAPI document of the server.
//
//   node tools/client-types.mjs
//
// Needs a build of the server. A test compares the file with the document.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

import openapiTypes, { astToString } from 'openapi-typescript';

import { loadConfig, machineSurroundings, startServer } from '../apps/server/dist/index.js';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
/** Lines that only say that something is not there; without them the file is half as long. */
const EMPTY = /^ *readonly (get|put|post|delete|options|head|patch|trace|query|header|path|cookie|requestBody)\?: never;\n/gm;
const FAILURES = /^ *readonly (default|[45]\d\d): components\["responses"\]\["Failure"\];\n/gm;
const HEADERS = /^ *headers: \{\n *readonly \[name: string\]: unknown;\n *\};\n/gm;
const HEADING = '// Written by "node tools/client-types.mjs" from the OpenAPI document of the server. Do not edit.';

const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
const config = loadConfig({ flags: ['--port', '0'], env: {}, readFile: () => '' });
const server = await startServer(config, machineSurroundings(nowhere), () => {});
try {
  const document = await (await fetch(`${server.url}/openapi.json`)).json();
  const { info: _info, ...rest } = document;
  const hash = createHash('sha256').update(JSON.stringify(rest)).digest('hex');
  const types = astToString(await openapiTypes(document, { immutable: true, silent: true, alphabetize: true }));
  const lean = types.replace(EMPTY, '').replace(HEADERS, '').replace(FAILURES, '').replace(/^ *readonly parameters: \{\n? *\};\n/gm, '');
  writeFileSync(path.join(root, 'packages/client/src/api.ts'), `${HEADING}\n// Of the document ${hash}.\n\n${lean}`);
} finally {
  await server.stop();
}
