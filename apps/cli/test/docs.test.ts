import { mkdtempSync, rmSync } from 'node:fs';
import { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it, jest } from '@jest/globals';

import { Repository } from '@govc/core';
import { SETTINGS, type Setting } from '@govc/server';

import { examplesOf, makeGiven, runExamples } from './documents/examples.js';
import { findBrokenLinks, readPage, readPages, type Page } from './documents/page.js';
import { expectedLines, programsOf, startProgram, typeCheck, type RunningProgram } from './documents/programs.js';
import { findFreePort, runShell, startServer, type PageServer } from './documents/shell.js';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** Runs the blocks of a page in order: programs step by step, commands against the server that the page has started last. */
async function runPage(page: Page): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'govc-docs-'));
  folders.push(folder);
  // Programs of a page listen on 8080 as its servers do.
  let port = await findFreePort();
  const rewrite = (code: string): string => code.replaceAll('localhost:8080', `127.0.0.1:${port}`).replaceAll('8080', String(port));
  const programs = programsOf(page);
  let program: RunningProgram | undefined;
  let server: PageServer | undefined;
  const listen = jest.spyOn(Server.prototype, 'listen');
  try {
    for (const block of page.blocks.filter(({ isInert }) => !isInert)) {
      const place = `${page.name}:${block.line}`;
      if (block.language === 'ts') {
        const begun = programs.find(({ blocks }) => blocks[0] === block);
        if (begun !== undefined) program = await startProgram(begun, join(folder, '.programs'), rewrite);
        const printed = await program!.step();
        const missing = expectedLines(block).filter((line) => !printed.includes(line));
        expect({ place, missing, printed }).toEqual({ place, missing: [], printed });
      } else if (block.language === 'bash') {
        const { code, output, started } = await runShell(rewrite(block.code), folder);
        expect({ place, code, output }).toEqual({ place, code: 0, output });
        if (started?.args[0] !== 'serve') continue;
        await server?.stop();
        server = await startServer(started, folder);
        ({ port } = server);
      }
    }
  } finally {
    await server?.stop();
    // A program that was cut off by a failure must not keep the tests from ending.
    for (const left of listen.mock.contexts as Server[]) left.close();
    listen.mockRestore();
  }
}

describe('the documentation', () => {
  const pages = readPages();

  const examples = ['view', 'editor', 'repository', 'reality'].map((name) => examplesOf(`packages/core/src/repository/${name}.ts`));

  it('has programs and examples in comments whose types are right', () => {
    expect(typeCheck([...pages.flatMap(programsOf), ...examples])).toEqual([]);
  });

  it.each(examples.map((program) => [program.page, program] as const))('has examples in the comments of %s that work', async (_name, program) => {
    const folder = mkdtempSync(join(tmpdir(), 'govc-examples-'));
    folders.push(folder);
    expect(await runExamples(program, folder, () => makeGiven(() => Repository.init()))).toBeGreaterThan(0);
  });

  it.each(pages.filter(({ blocks }) => blocks.some(({ language }) => language === 'ts' || language === 'bash')).map((page) => [page.name, page] as const))(
    'has examples in %s that work', async (_name, page) => {
      await runPage(page);
    }, 240_000);

  it('marks few examples as impossible to run', () => {
    const marked = pages.flatMap(({ name, blocks }) => blocks.filter(({ isInert }) => isInert).map(() => name));
    expect(marked).toEqual(['README.md', 'apps/cli/README.md']);
  });

  it.each(pages.map((page) => [page.name, page] as const))('has no broken link in %s', (_name, page) => {
    expect(findBrokenLinks(page)).toEqual([]);
  });

  it('lists every setting of the server', () => {
    const settings: readonly Setting<unknown>[] = Object.values(SETTINGS);
    const rows = settings.map(({ flag, takes, env, key, help, fallback }) => {
      const option = flag === undefined ? '' : `\`${takes === undefined ? flag : `${flag} ${takes}`}\``;
      return `| ${option} | \`${env}\` | \`${key}\` | ${fallback === undefined ? '' : `\`${fallback}\``} | ${help} |`;
    });
    const { text } = readPage('docs/server.md');
    expect(text.split('\n').filter((line) => /^\| (`--[^`]*`)? ?\| `GOVC_\w+` \|/.test(line))).toEqual(rows);
  });
});
