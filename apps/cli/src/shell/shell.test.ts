import { describe, expect, it } from '@jest/globals';

import { ShellSyntaxError } from './parse-line.js';
import { createShell } from './shell.js';

const ENV = { GIT_AUTHOR_NAME: 'Dev', GIT_AUTHOR_EMAIL: 'dev@example.com', GIT_COMMITTER_NAME: 'Dev', GIT_COMMITTER_EMAIL: 'dev@example.com', GIT_CONFIG_NOSYSTEM: '1' };

describe('the shell in memory', () => {
  it('runs builtins with pipes, conditions, variables and redirects', async () => {
    const shell = createShell({ env: ENV, clock: () => 0 });
    const told = async (text: string): Promise<string> => (await shell.exec(text)).stdout;
    expect(await told('echo one > a && cat a | cat && echo "two $X" >> a; X=three; cat a; echo \'$X\' "$X" $?')).toBe('one\none\ntwo \n$X three 0\n');
    expect(await told('false || echo else; false && echo never; test -f a && echo file')).toBe('else\nfile\n');
    expect(await told('mkdir -p d/e; cd d; pwd; ls; cd ..; rm -r d; ls')).toBe('/d\ne\na\n');
    expect(await told('printf "%s-%d\\n" a 1 b 2')).toBe('a-1\nb-2\n');
    expect(await shell.exec('nosuch 2> err; cat err')).toEqual({ exitCode: 0, stdout: 'nosuch: command not found\n', stderr: '' });
    expect(await shell.exec('cat nothing 2>&1 | cat')).toMatchObject({ stdout: 'cat: nothing: No such file or directory\n', stderr: '' });
    await expect(shell.exec('echo "open')).rejects.toThrow(ShellSyntaxError);
  });

  it('keeps repositories in memory from one command line to the next', async () => {
    const shell = createShell({ env: ENV, clock: () => 1_112_911_993_000 });
    expect((await shell.exec('git init -q -b main project && cd project && git rev-parse --git-dir --show-toplevel')).stdout).toBe('.git\n/project\n');
    const { stdout } = await shell.exec('echo content | git hash-object -w --stdin');
    expect(stdout).toBe('d95f3ad14dee633a758d2e331151e950dd13e4ed\n');
    expect((await shell.exec('printf "100644 blob d95f3ad14dee633a758d2e331151e950dd13e4ed\\ta\\n" | git mktree > tree && cat tree')).stdout).toMatch(/^[0-9a-f]{40}\n$/);
    const tree = (await shell.exec('cat tree')).stdout.trim();
    const commit = (await shell.exec(`git commit-tree ${tree} -m "the first"`)).stdout.trim();
    await shell.exec(`git update-ref refs/heads/main ${commit} && git tag v1 && git branch topic`);
    expect(await shell.exec('git log --format=%s --stat')).toEqual({ exitCode: 0, stdout: 'the first\n\n a | 1 +\n 1 file changed, 1 insertion(+)\n', stderr: '' });
    expect((await shell.exec('git for-each-ref --format="%(refname)"; git config a.b c && git config a.b')).stdout).toBe('refs/heads/main\nrefs/heads/topic\nrefs/tags/v1\nc\n');
  });

  it('adds and commits files', async () => {
    const shell = createShell({ env: ENV, clock: () => 1_112_911_993_000 });
    const result = await shell.exec('git init -q -b main && echo hi > a && git add a && git commit -q -m x && cat a > b && git status --short && git show --format=%s --name-only');
    expect(result).toEqual({ exitCode: 0, stdout: '?? b\nx\n\na\n', stderr: '' });
  });
});
