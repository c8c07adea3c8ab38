import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { COMMANDS } from '../../src/commands/table.js';
import { OWN_COMMANDS } from '../../src/own/catalog.js';
import { usageOf } from '../../src/own/verb.js';

const PAGE = join(__dirname, '../../../../docs/cli.md');
/** Commands of ours that are described by a line of usage. */
const PLAIN = ['serve', 'backup', 'import', 'export'];
const HIDDEN = new Set(['exec-path', 'list-commands']);

async function ownRows(): Promise<string[]> {
  const rows: string[] = [];
  for (const load of Object.values(OWN_COMMANDS)) {
    const command = await load();
    for (const verb of command.verbs) if (!verb.name.startsWith('apikey ')) rows.push(`| \`${usageOf(command, verb).replace(' [options]', '')}\` | ${verb.summary} |`);
  }
  for (const name of PLAIN) rows.push(`| \`${COMMANDS[name]!.usage!.replaceAll('|', '\\|')}\` | ${COMMANDS[name]!.summary} |`);
  return rows;
}

function gitRows(): string[] {
  const names = Object.keys(COMMANDS).filter((name) => !Object.hasOwn(OWN_COMMANDS, name) && !PLAIN.includes(name) && !HIDDEN.has(name)).sort();
  return names.map((name) => `| \`${name}\` | ${COMMANDS[name]!.summary} |`);
}

describe('docs/cli.md', () => {
  it('lists every command (written by: WRITE_DOCS=1 npx jest test/own/command-list)', async () => {
    const text = readFileSync(PAGE, 'utf8');
    const place = (name: string, rows: readonly string[], whole: string): string =>
      whole.replace(new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`), `$1\n| command | does |\n| --- | --- |\n${rows.join('\n')}\n\n$2`);
    const written = place('git commands', gitRows(), place('own commands', await ownRows(), text));
    if (process.env['WRITE_DOCS'] === '1') writeFileSync(PAGE, written);
    expect(readFileSync(PAGE, 'utf8')).toBe(written);
  });
});
