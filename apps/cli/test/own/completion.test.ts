import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { COMMANDS } from '../../src/commands/table.js';
import { OWN_COMMANDS } from '../../src/own/catalog.js';
import { Lab } from './lab.js';

/** Asks for what may follow a line, as a shell does. */
async function words(lab: Lab, ...line: readonly string[]): Promise<string[]> {
  const { code, stdout, stderr } = await lab.govc(['completion', 'words', '--', ...line]);
  expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: '' });
  return stdout.split('\n').filter((each) => each !== '').map((each) => each.split('\t', 1)[0]!);
}

describe('completion', () => {
  const lab = new Lab();

  beforeAll(async () => {
    for (const args of [
      ['init', '-q', '-b', 'main', '.'], ['commit', '-q', '--allow-empty', '-m', 'One'], ['branch', 'topic/a'], ['branch', 'topic/b'], ['tag', 'v1.0'],
      ['remote', 'add', 'origin', 'nowhere'], ['update-ref', 'refs/remotes/origin/far', 'main'], ['config', 'alias.co', 'checkout'],
    ]) {
      expect(await lab.program(['git', ...args])).toMatchObject({ code: 0 });
    }
    await lab.json(['context', 'set', 'work', '--server', 'http://127.0.0.1:1']);
    await lab.json(['context', 'set', 'home', '--server', 'http://127.0.0.1:2']);
  });

  afterAll(async () => {
    await lab.stop();
  });

  it('knows commands, aliases, and what each of ours does', async () => {
    expect(await words(lab, 'che')).toEqual(expect.arrayContaining(['checkout', 'check-ignore']));
    expect(await words(lab, '')).toEqual(expect.arrayContaining(['auth', 'commit', 'co']));
    expect(await words(lab, '-C', '.', 'rep')).toContain('repo');
    expect(await words(lab, 'repo', '')).toEqual(['list', 'create', 'info', 'delete', 'fork', 'rename', 'default-branch']);
    expect(await words(lab, 'user', 'role', '')).toEqual(['add', 'remove']);
    expect(await words(lab, 'auth', 'token', 'c')).toEqual(['create']);
    expect(await words(lab, 'repo', 'create', '--de')).toEqual(['--default-branch', '--description']);
    expect(await words(lab, 'repo', 'create', '--object-format', '')).toEqual(['sha1', 'sha256']);
    expect(await words(lab, 'repo', 'create', '--object-format=sha2')).toEqual(['--object-format=sha256']);
    expect(await words(lab, 'webhook', 'create', 'app', 'http://x/', '-e', 'pu')).toEqual(['push']);
    expect(await words(lab, 'tx', 'add', 'app', 'tx_1', '')).toEqual([':files']);
  });

  it('knows contexts', async () => {
    expect(await words(lab, 'context', 'use', '')).toEqual(['work', 'home']);
    expect(await words(lab, 'repo', 'list', '--context', 'w')).toEqual(['work']);
    expect(await words(lab, 'repo', 'list', '--context=h')).toEqual(['--context=home']);
  });

  it('knows options, branches, tags and remotes of Git commands', async () => {
    expect(await words(lab, 'commit', '--am')).toEqual(['--amend']);
    expect(await words(lab, 'log', '--onel')).toEqual(['--oneline']);
    expect(await words(lab, 'serve', '--po')).toEqual(['--port']);
    expect(await words(lab, 'switch', 'topic/')).toEqual(['topic/a', 'topic/b']);
    expect(await words(lab, 'switch', 'fa')).toEqual(['far']);
    expect(await words(lab, 'merge', 'v')).toEqual(['v1.0']);
    expect(await words(lab, 'co', 'topic/a')).toEqual(['topic/a']);
    expect(await words(lab, 'checkout', '--', 'x')).toEqual([':files']);
    expect(await words(lab, 'add', 'x')).toEqual([':files']);
    expect(await words(lab, 'push', '')).toEqual(['origin']);
    expect(await words(lab, 'push', 'origin', 'topic/b')).toEqual(['topic/b']);
    expect(await words(lab, 'remote', 'rem')).toContain('remove');
    expect(await words(lab, 'stash', 'po')).toContain('pop');
  });

  it('asks the server for what it has, and is silent where that cannot be', async () => {
    const server = await lab.serve({});
    for (const id of ['app', 'apple', 'pear']) await lab.json(['repo', 'create', id, '--server', server.url]);
    expect(await words(lab, 'repo', 'delete', '--server', server.url, 'ap')).toEqual(['app', 'apple']);
    const { id } = await lab.json(['tx', 'begin', 'app', '--server', server.url]);
    expect(await words(lab, 'tx', 'diff', 'app', `--server=${server.url}`, '')).toEqual([id]);
    expect(await words(lab, 'repo', 'delete', '')).toEqual([]);
  });

  it('has words for every command, and starts none of them', async () => {
    for (const name of Object.keys(COMMANDS).filter((each) => !['exec-path', 'list-commands'].includes(each))) {
      const found = await words(lab, name, '--');
      expect(found.every((word) => word.startsWith('--') || word === ':files')).toBe(true);
    }
    expect(await lab.program(['git', 'status', '--porcelain', '--untracked-files=no'])).toMatchObject({ stdout: '' });
    expect(Object.keys(OWN_COMMANDS).filter((name) => !Object.hasOwn(COMMANDS, name))).toEqual([]);
  });

  /** A program that answers what the shell asks with what this process says of the same words. */
  async function stub(...lines: readonly (readonly string[])[]): Promise<void> {
    mkdirSync(join(lab.folder, 'bin'), { recursive: true });
    const cases = [];
    for (const line of lines) {
      const { stdout } = await lab.govc(['completion', 'words', '--', ...line]);
      cases.push(`'${line.join('|')}') cat <<'END'\n${stdout}END\n;;`);
    }
    const script = `#!/bin/bash\nshift 3\nIFS='|'\ncase "$*" in\n${cases.join('\n')}\n*) echo "unexpected: $*" >>"$0.log" ;;\nesac\n`;
    writeFileSync(join(lab.folder, 'bin/govc'), script, { mode: 0o755 });
  }

  const isThere = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;

  (isThere('bash') ? it : it.skip)('completes in bash, also behind = and :', async () => {
    const { stdout: script } = await lab.govc(['completion', 'bash']);
    writeFileSync(join(lab.folder, 'completion.bash'), script);
    writeFileSync(join(lab.folder, 'a file.txt'), '');
    await stub(['swi'], ['switch', 'topic/'], ['context', 'use', ''], ['repo', 'list', '--context=h'], ['apikey', 'create', 'x', '-p', 'repo:w'], ['add', 'a'], ['-C', '.', 'repo', 'de']);
    // What bash does when the key is pressed: it parts the line, says where the cursor is, and runs the function.
    const ask = async (line: string, ...parts: readonly string[]): Promise<string[]> => {
      const quoted = parts.map((part) => `'${part}'`).join(' ');
      const code = `PATH="$PWD/bin:$PATH"; source completion.bash; COMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}; COMP_WORDS=(${quoted}); COMP_CWORD=${parts.length - 1}; _govc; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const { code: exitCode, stdout, stderr } = await lab.program(['bash', '--norc', '-c', code]);
      expect({ line, exitCode, stderr }).toEqual({ line, exitCode: 0, stderr: '' });
      return stdout.split('\n').filter((each) => each !== '');
    };
    expect(await ask('govc swi', 'govc', 'swi')).toEqual(['switch']);
    expect(await ask('govc switch topic/', 'govc', 'switch', 'topic/')).toEqual(['topic/a', 'topic/b']);
    expect(await ask('govc context  use ', 'govc', 'context', 'use', '')).toEqual(['work', 'home']);
    expect(await ask('govc repo list --context=h', 'govc', 'repo', 'list', '--context', '=', 'h')).toEqual(['home']);
    expect(await ask('govc apikey create x -p repo:w', 'govc', 'apikey', 'create', 'x', '-p', 'repo', ':', 'w')).toEqual(['write']);
    expect(await ask('govc add a', 'govc', 'add', 'a')).toEqual(['a file.txt']);
    expect(await ask('govc -C . repo de', 'govc', '-C', '.', 'repo', 'de')).toEqual(['delete', 'default-branch']);
    expect(existsSync(join(lab.folder, 'bin/govc.log'))).toBe(false);
    // And what it does by itself, with a terminal in between.
    expect((await lab.program(['bash', '--norc', '-c', 'source completion.bash; complete -p govc'])).stdout).toBe('complete -F _govc govc\n');
  });

  for (const shell of ['zsh', 'fish'] as const) {
    (isThere(shell) ? it : it.skip)(`is understood by ${shell}`, async () => {
      const { stdout: script } = await lab.govc(['completion', shell]);
      writeFileSync(join(lab.folder, `completion.${shell}`), script);
      expect(await lab.program([shell, '-n', `completion.${shell}`])).toEqual({ code: 0, stdout: '', stderr: '' });
    });
  }
});
