import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { createConfig, lintFromString } from '@redocly/openapi-core';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { checkedFetch, Contract } from './contract.js';
import { makeFolder, removeFolders, startTestServer, type TestServer } from './harness.js';
import { EVERY_OPERATION, type Go } from './every-operation.js';
import { LINT_ACCEPTED, LINT_RULES } from './openapi-rules.js';
import { Receiver } from './receiver.js';

const PASSWORD = 'correct horse battery';
/** Stands for an engine of containers, and never ends. */
const ENGINE = '#!/bin/sh\ncase "$*" in *--version*) echo "buildah version 1.99.0";; *info*) echo {};; *" rm "*) ;; *) echo "STEP 1/2: FROM x"; exec sleep 1000;; esac\n';
const ENV = { GOVC_JWT_SECRET: 'a secret that is long enough for signing tokens', GOVC_ADMIN_PASSWORD: PASSWORD, GOVC_WEBHOOKS_ALLOW_HOSTS: '127.0.0.1' };

describe('the OpenAPI document', () => {
  let server: TestServer;
  let receiver: Receiver;
  let document: Record<string, unknown>;
  let contract: Contract;
  const failed: string[] = [];

  beforeAll(async () => {
    receiver = await Receiver.open();
    const bin = await makeFolder();
    await writeFile(join(bin, 'buildah'), ENGINE, { mode: 0o755 });
    server = await startTestServer([], { ...ENV, PATH: `${bin}:/usr/bin:/bin`, GOVC_BUILDS_ISOLATION: 'chroot' });
    document = await (await fetch(`${server.url}/openapi.json`)).json() as Record<string, unknown>;
    contract = new Contract(document);
  });

  afterAll(async () => {
    await server.stop();
    await receiver.close();
    await removeFolders();
  });

  /** Asks as the administrator; what is not a success is an error. */
  const go: Go = async (method, path, { headers = {}, ...request } = {}) => {
    const target = path.replace(/^R\b/, '/api/v1/repos/app').replace(/^V\b/, '/api/v1');
    const url = new URL(target, server.url);
    for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, String(value));
    const isJson = request.body !== undefined;
    const response = await checkedFetch(contract, (message) => failed.push(message))(url, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}`,
        ...(isJson ? { 'content-type': 'application/json' } : {}), ...headers,
      },
      ...(isJson ? { body: JSON.stringify(request.body) } : {}), ...(request.bytes === undefined ? {} : { body: request.bytes }),
    });
    if (response.status >= 300 && response.status !== 304) throw new Error(`${method} ${target} answered ${response.status}: ${await response.text()}`);
    const type = response.headers.get('content-type') ?? '';
    if (type.startsWith('text/event-stream')) {
      await response.body!.cancel();
      return {};
    }
    if (type.startsWith('application/json')) return await response.json() as Record<string, unknown>;
    return { bytes: new Uint8Array(await response.arrayBuffer()) };
  };

  it('is what the server takes and answers, at every operation', async () => {
    for (const [name, steps] of Object.entries(EVERY_OPERATION)) {
      try {
        await steps(go, { server, receiver, password: PASSWORD });
      } catch (error) {
        failed.push(`${name}: ${(error as Error).message}`);
      }
    }
    const missing = contract.operations.filter(({ operationId }) => !contract.succeeded.has(operationId)).map(({ method, path }) => `${method} ${path}`);
    expect({ failed, missing }).toEqual({ failed: [], missing: [] });
  }, 300_000);

  it('says that wrong requests are refused in one shape', async () => {
    const send = checkedFetch(contract);
    const of = async (path: string, init?: RequestInit): Promise<number> => (await send(server.url + path, init)).status;
    expect(await of('/api/v1/auth/whoami')).toBe(401);
    expect(await of('/api/v1/repos/nowhere')).toBe(401);
    expect(await of('/api/v1/repos?limit=0')).toBe(400);
    expect(await of('/api/v1/auth/login', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })).toBe(400);
  });

  it('passes the linter', async () => {
    const config = await createConfig({ rules: LINT_RULES });
    const problems = await lintFromString({ source: JSON.stringify(document), config });
    const found = problems.map(({ ruleId, message }) => `${ruleId}: ${message}`);
    expect(found.filter((each) => !Object.hasOwn(LINT_ACCEPTED, each))).toEqual([]);
    // What is accepted and gone must not stay in the list.
    expect(Object.keys(LINT_ACCEPTED).filter((each) => !found.includes(each))).toEqual([]);
  }, 120_000);

  it('is the one that the types of the client were made from', () => {
    const file = join(__dirname, '../../../packages/client/src/api.ts');
    const [, said] = /^\/\/ Of the document (\w+)\.$/m.exec(readFileSync(file, 'utf8')) ?? [];
    const { info: _info, ...rest } = document;
    const hash = createHash('sha256').update(JSON.stringify(rest)).digest('hex');
    // Where this differs: npm run build, then node tools/client-types.mjs.
    expect(said).toBe(hash);
  });
});
