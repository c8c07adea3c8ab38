import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bytesFromText, latin1FromBytes } from '../../src/bytes/text.js';
import { SHA1, SHA256 } from '../../src/hash/algorithm.js';
import { hashObject, type ObjectType } from '../../src/hash/hash-object.js';
import type { ObjectId } from '../../src/hash/object-id.js';
import { commitMessageText, makeCommit, parseCommit, scanCommit, serializeCommit } from '../../src/object/commit.js';
import { fsckObject } from '../../src/object/fsck.js';
import { commitPayload, findCommitSignature, findTagSignature, signatureHeader } from '../../src/object/signature.js';
import { makeTag, parseTag, serializeTag, tagMessageText } from '../../src/object/tag.js';
import { makeTree, MODE_BLOB, MODE_EXECUTABLE, MODE_GITLINK, MODE_TREE, parseTree, serializeTree } from '../../src/object/tree.js';
import { branchyHistory } from './git-objects.js';
import { describeWithGit, RealGit } from './real-git.js';

const SIGNATURE = '-----BEGIN PGP SIGNATURE-----\n\niQ\n-----END PGP SIGNATURE-----\n';

describeWithGit('objects of git', () => {
  describe.each([SHA1, SHA256])('with $name', (algorithm) => {
    const git = new RealGit();
    let head: ObjectId;

    beforeAll(() => {
      git.read(['init', '-q', `--object-format=${algorithm.name}`]);
      git.read(['fast-import', '--quiet', '--force'], branchyHistory(11, 150));
      head = git.read(['rev-parse', 'main']).toString().trim() as ObjectId;
      git.read(['tag', '-a', '-m', 'subject\n\nbody', 'note-1', head]);
      git.read(['tag', '-a', '-m', 'of a tree', 'note-2', `${head}^{tree}`]);
    });
    afterAll(() => git.remove());

    it('give back their bytes, and are sound', () => {
      const output = git.read(['cat-file', '--batch', '--batch-all-objects']);
      const seen: Record<string, number> = {};
      for (let at = 0; at < output.length; ) {
        const end = output.indexOf(10, at);
        const [id, type, size] = output.toString('latin1', at, end).split(' ') as [ObjectId, ObjectType, string];
        const body = new Uint8Array(output.subarray(end + 1, end + 1 + Number(size)));
        at = end + 2 + Number(size);
        const read = {
          commit: () => serializeCommit(parseCommit(body, algorithm)),
          tree: () => serializeTree(makeTree(parseTree(body, algorithm))),
          tag: () => serializeTag(parseTag(body, algorithm)),
          blob: () => body,
        }[type]();
        expect(hashObject(type, read, algorithm)).toBe(id);
        expect(fsckObject(type, body, algorithm, { strict: true })).toEqual([]);
        seen[type] = (seen[type] ?? 0) + 1;
      }
      expect(seen).toMatchObject({ commit: 150, tag: 3 });
      expect(seen['tree']).toBeGreaterThan(100);
    });

    it('tell a walk what git log tells', () => {
      const shown = git.read(['log', '--all', '--format=%H %T %ct %P']).toString().trim().split('\n');
      for (const line of shown) {
        const [id, ...rest] = line.split(' ') as [ObjectId, ...string[]];
        const { tree, parents, timeSeconds } = scanCommit(git.read(['cat-file', 'commit', id]), algorithm);
        expect([tree, String(timeSeconds), ...parents]).toEqual(rest.filter((word) => word !== ''));
      }
    });

    it('are made with the same ids: commits', () => {
      const tree = git.read(['rev-parse', `${head}^{tree}`]).toString().trim() as ObjectId;
      const cases = [
        ['A U Thor', 'a@example.com', '1234567890 +0130', 'message\n'],
        ['  "Quoted, Name" ;', '<a@b>,', '0 +0000', 'ä\n\nbody\n\n'],
        ['A <B> C', "'x y'", '4102444800 -1200', ''],
        ["O'Neil: x", 'a\\b', '99999999999 +0545', 'no end of line'],
        ['Jürgen', '', '1 +0000', '\n\nblank\n'],
      ] as const;
      for (const [name, email, date, message] of cases) {
        const [seconds, timezone] = date.split(' ') as [string, string];
        const identity = { name, email, timeSeconds: Number(seconds), timezone };
        const commit = makeCommit({ tree, parents: [head], author: identity, committer: identity, message });
        const env = {
          GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_AUTHOR_DATE: `@${date}`,
          GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email, GIT_COMMITTER_DATE: `@${date}`,
        };
        const expected = git.read(['commit-tree', tree, '-p', head], message, env).toString().trim();
        const made = git.read(['cat-file', 'commit', expected]);
        expect(latin1FromBytes(serializeCommit(commit))).toBe(latin1FromBytes(made));
      }
    });

    it('are made with the same ids: commits in Latin-1', () => {
      const tree = git.read(['rev-parse', `${head}^{tree}`]).toString().trim() as ObjectId;
      const id = git.read(
        ['-c', 'i18n.commitEncoding=ISO-8859-1', 'commit-tree', tree],
        Buffer.from('Größe\n', 'latin1'),
      ).toString().trim();
      const body = git.read(['cat-file', 'commit', id]);
      const commit = parseCommit(body, algorithm);
      expect(commitMessageText(commit)).toBe('Größe\n');
      const { author, committer } = commit;
      const made = makeCommit({ tree, parents: [], author, committer, encoding: 'ISO-8859-1', message: 'Größe\n' });
      expect(latin1FromBytes(serializeCommit(made))).toBe(latin1FromBytes(body));
    });

    it('are made with the same ids: tags', () => {
      for (const name of ['note-1', 'note-2']) {
        const body = git.read(['cat-file', 'tag', name]);
        const { target, tagger, message } = parseTag(body, algorithm);
        expect(latin1FromBytes(serializeTag(makeTag({ target, name, tagger: tagger!, message })))).toBe(latin1FromBytes(body));
      }
      expect(tagMessageText(parseTag(git.read(['cat-file', 'tag', 'note-1']), algorithm))).toBe('subject\n\nbody\n');
    });

    it('are made with the same ids: trees', () => {
      const blob = git.read(['hash-object', '-w', '--stdin'], 'x').toString().trim() as ObjectId;
      const tree = git.read(['mktree'], '').toString().trim() as ObjectId;
      const rows: [number, string, ObjectId][] = [
        [MODE_TREE, 'a', tree], [MODE_BLOB, 'a.b', blob], [MODE_BLOB, 'a-b', blob], [MODE_EXECUTABLE, 'a0', blob],
        [MODE_GITLINK, 'm', head], [MODE_BLOB, '日本', blob], [MODE_BLOB, ' space', blob], [MODE_TREE, 'A', tree],
      ];
      const type = (mode: number) => (mode === MODE_TREE ? 'tree' : mode === MODE_GITLINK ? 'commit' : 'blob');
      const input = rows.map(([mode, name, id]) => `${mode.toString(8).padStart(6, '0')} ${type(mode)} ${id}\t${name}\0`).join('');
      const expected = git.read(['mktree', '-z'], input).toString().trim();
      const made = serializeTree(makeTree(rows.map(([mode, name, id]) => ({ mode, name: bytesFromText(name), id }))));
      expect(hashObject('tree', made, algorithm)).toBe(expected);
    });

    it('are signed over the same bytes', () => {
      const program = `${git.folder}/sign`;
      git.read(['config', 'gpg.program', program]);
      const script = `#!/bin/sh\ncat >payload\nprintf '\\n[GNUPG:] SIG_CREATED \\n' >&2\nprintf '%s' '${SIGNATURE}'\n`;
      git.read(['-c', `alias.make=!f() { cat >sign; chmod +x sign; }; f`, 'make'], script);
      const payload = () => git.read(['-c', 'alias.show-payload=!cat payload', 'show-payload']);

      const signed = git.read(['commit-tree', '-S', `${head}^{tree}`, '-p', head], 'signed\n').toString().trim();
      const commit = parseCommit(git.read(['cat-file', 'commit', signed]), algorithm);
      const found = findCommitSignature(commit, algorithm.name)!;
      expect(latin1FromBytes(found.signature)).toBe(SIGNATURE);
      expect(latin1FromBytes(found.payload)).toBe(latin1FromBytes(payload()));
      const plain = parseCommit(commitPayload(commit), algorithm);
      const again = makeCommit({
        tree: plain.tree, parents: plain.parents, author: plain.authorBytes, committer: plain.committerBytes,
        message: plain.message, extraHeaders: [signatureHeader(bytesFromText(SIGNATURE), algorithm.name)],
      });
      expect(hashObject('commit', serializeCommit(again), algorithm)).toBe(signed);

      git.read(['tag', '-s', '-m', 'signed', 'note-3', head]);
      const tag = findTagSignature(parseTag(git.read(['cat-file', 'tag', 'note-3']), algorithm))!;
      expect(latin1FromBytes(tag.signature)).toBe(SIGNATURE);
      expect(latin1FromBytes(tag.payload)).toBe(latin1FromBytes(payload()));
    });
  });
});
