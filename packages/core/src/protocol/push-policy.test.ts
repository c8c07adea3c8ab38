import { describe, expect, it } from '@jest/globals';
import { concatBytes } from '../bytes/compare.js';
import { bytesFromText, textFromBytes } from '../bytes/text.js';
import { SHA1 } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { buildPack } from '../pack/build-pack.js';
import { parseRefName } from '../ref/ref-name.js';
import { directRef, symbolicRef } from '../ref/ref-value.js';
import { Draft } from '../store/draft.js';
import { exchange, packCommit, SmallRepository } from '../../test/protocol-peer.js';
import { ACCEPTED, refused, type PushCommand } from './decision.js';
import { encodePush } from './push-request.js';
import { serveReceivePack } from './receive-pack.js';
import { decodeSideband } from './sideband.js';
import { PacketDecoder } from './packet.js';

const ZERO = SHA1.zeroId;
const EMPTY_PACK = buildPack([], { algorithm: SHA1 }).pack;

/** Pushes, and gives the reasons of all commands with the messages. */
async function push(
  repository: SmallRepository, commands: readonly PushCommand[], pack = EMPTY_PACK, more = '',
): Promise<{ readonly errors: (string | undefined)[] | undefined; readonly unpackError: string | undefined; readonly messages: string }> {
  const capabilities = `report-status side-band-64k${more}`;
  const input = concatBytes([encodePush({ commands, capabilities, shallow: [], options: undefined }), pack]);
  const { result, output } = await exchange(serveReceivePack(repository.receivePack()), input, { push: repository });
  const decoder = new PacketDecoder();
  decoder.push(output);
  let messages = '';
  for (let packet = decoder.next(); packet?.kind === 'data'; packet = decoder.next()) {
    const frame = decodeSideband(packet.payload);
    if (frame.band !== 1) messages += textFromBytes(frame.bytes);
  }
  return { errors: result?.outcomes.map(({ error }) => error), unpackError: result?.unpackError, messages };
}

function update(repository: SmallRepository, from: number, to: number | undefined, name = 'refs/heads/main'): PushCommand {
  const { commits } = repository;
  return { name, oldId: commits.at(from)!, newId: to === undefined ? ZERO : commits.at(to)! };
}

describe('the policy of receive-pack', () => {
  it.each([
    ['', undefined, ''],
    ['[receive]\ndenyNonFastForwards', 'non-fast-forward', 'error: denying non-fast-forward refs/heads/main (you should pull first)\n'],
    ['[core]\nbare = false\n[receive]\ndenyCurrentBranch = refuse', 'branch is currently checked out', 'error: refusing to update checked out branch: refs/heads/main\n'],
    ['[core]\nbare = false\n[receive]\ndenyCurrentBranch = true', 'branch is currently checked out', 'error: refusing to update checked out branch: refs/heads/main\n'],
    ['[core]\nbare = false\n[receive]\ndenyCurrentBranch = false', undefined, ''],
    ['[core]\nbare = false\n[receive]\ndenyCurrentBranch = warn', undefined, 'warning: updating the current branch\n'],
    ['[core]\nbare = false\n[receive]\ndenyCurrentBranch = updateInstead', undefined, ''],
  ])('forces a branch back under %j', async (config, error, messages) => {
    const repository = new SmallRepository({ config });
    expect(await push(repository, [update(repository, -1, 1)])).toEqual({ errors: [error], unpackError: undefined, messages });
    const id = (repository.snapshot.refs.get('refs/heads/main') as { id: ObjectId }).id;
    expect(id).toBe(repository.commits.at(error === undefined ? 1 : -1));
  });

  it('explains the default of a repository with a worktree', async () => {
    const repository = new SmallRepository({ config: '[core]\nbare = false\n' });
    const { errors, messages } = await push(repository, [update(repository, -1, 1)]);
    expect(errors).toEqual(['branch is currently checked out']);
    expect(messages).toContain("You can set the 'receive.denyCurrentBranch' configuration variable");
  });

  it.each([
    ['', 'deletion of the current branch prohibited', 'By default, deleting the current branch is denied'],
    ['[receive]\ndenyDeleteCurrent = refuse', 'deletion of the current branch prohibited', 'error: refusing to delete the current branch: refs/heads/main'],
    ['[receive]\ndenyDeleteCurrent = warn', undefined, 'warning: deleting the current branch'],
    ['[receive]\ndenyDeleteCurrent = ignore', undefined, ''],
    ['[receive]\ndenyDeletes', 'deletion prohibited', 'error: denying ref deletion for refs/heads/main'],
  ])('deletes the current branch under %j', async (config, error, message) => {
    const repository = new SmallRepository({ config });
    const { errors, messages } = await push(repository, [update(repository, -1, undefined)]);
    expect(errors).toEqual([error]);
    expect(messages).toContain(message);
    expect(repository.snapshot.refs.has('refs/heads/main')).toBe(error !== undefined);
  });

  it('lets a worktree refuse to follow', async () => {
    const repository = new SmallRepository({ config: '[core]\nbare = false\n[receive]\ndenyCurrentBranch = updateInstead\n' });
    repository.decide = (decision) => Promise.resolve(decision.kind === 'update-worktree' ? refused() : ACCEPTED);
    expect((await push(repository, [update(repository, -1, 1)])).errors).toEqual(['denyCurrentBranch = updateInstead needs a worktree']);
  });

  it('refuses a branch that is no commit, but any tag', async () => {
    const repository = new SmallRepository();
    const draft = new Draft(repository.snapshot);
    const blob = draft.write('blob', bytesFromText('x'));
    const { pack } = buildPack(draft.finish({ origin: 'x' }).objects, { algorithm: SHA1 });
    const commands = ['refs/heads/x', 'refs/tags/x'].map((name) => ({ name, oldId: ZERO, newId: blob }));
    const { errors, messages } = await push(repository, commands, pack);
    expect(errors).toEqual(['failed to update ref', undefined]);
    expect(messages).toBe("error: trying to write non-commit object to branch 'refs/heads/x'\n");
  });

  it('refuses what moved, in the words of a lock that failed', async () => {
    const repository = new SmallRepository();
    const stale = update(repository, 0, 2);
    const created = { name: 'refs/heads/main', oldId: ZERO, newId: repository.commits[2]! };
    const gone = update(repository, 0, 2, 'refs/heads/gone');
    expect(await push(repository, [stale])).toMatchObject({ errors: ['failed to update ref'] });
    expect((await push(repository, [created])).messages).toContain("error: cannot lock ref 'refs/heads/main': is at ");
    expect((await push(repository, [gone])).messages).toContain("unable to resolve reference 'refs/heads/gone'");
    expect(await push(repository, [stale], EMPTY_PACK, ' atomic')).toMatchObject({ errors: ['atomic transaction failed'] });
  });

  it('follows symbolic refs, and refuses those that loop', async () => {
    const repository = new SmallRepository();
    const [alias, one, two] = ['refs/heads/alias', 'refs/heads/one', 'refs/heads/two'].map(parseRefName);
    const set = (name: typeof alias, target: string): Parameters<Draft['editRef']> => [name!, symbolicRef(parseRefName(target))];
    const draft = new Draft(repository.snapshot);
    for (const edit of [set(alias, 'refs/heads/main'), set(one, 'refs/heads/two'), set(two, 'refs/heads/one')]) draft.editRef(...edit);
    repository.timeline.apply(draft.finish({ origin: 'x' }));
    expect((await push(repository, [update(repository, -1, 1, 'refs/heads/alias')])).errors).toEqual([undefined]);
    expect(repository.snapshot.refs.get('refs/heads/main')).toEqual(directRef(repository.commits[1]!));
    const loop = await push(repository, [{ name: 'refs/heads/one', oldId: ZERO, newId: repository.commits[0]! }]);
    expect(loop.errors).toEqual(['broken symref']);
    const both = [update(repository, 1, 2, 'refs/heads/alias'), update(repository, 1, 3)];
    expect((await push(repository, both)).errors).toEqual(['inconsistent aliased update', 'inconsistent aliased update']);
    const same = [update(repository, 1, 2, 'refs/heads/alias'), update(repository, 1, 2)];
    expect((await push(repository, same)).errors).toEqual([undefined, undefined]);
  });

  it('allows the deletion of a ref whose old value is not known', async () => {
    const repository = new SmallRepository();
    const unknown = '1234567890123456789012345678901234567890' as ObjectId;
    const { errors, messages } = await push(repository, [{ name: 'refs/tags/one', oldId: unknown, newId: ZERO }]);
    expect(errors).toEqual([undefined]);
    expect(messages).toBe('warning: allowing deletion of corrupt ref\n');
  });

  it('checks objects when it is told to, and says what is wrong with them', async () => {
    const config = '[receive]\nfsckObjects\n[receive "fsck"]\nnoSuchThing = warn\n';
    const repository = new SmallRepository({ config });
    const good = packCommit(repository.snapshot, 9, repository.commits.at(-1));
    expect(await push(repository, [{ name: 'refs/heads/good', oldId: ZERO, newId: good.id }], good.pack))
      .toEqual({ errors: [undefined], unpackError: undefined, messages: "warning: skipping unknown msg id 'nosuchthing'\n" });
    const draft = new Draft(repository.snapshot);
    const id = draft.write('commit', bytesFromText(`tree ${draft.write('tree', new Uint8Array(0))}\nauthor x\ncommitter x\n\nx\n`));
    const bad = buildPack(draft.finish({ origin: 'x' }).objects, { algorithm: SHA1 }).pack;
    const commands = [{ name: 'refs/heads/bad', oldId: ZERO, newId: id }];
    const { unpackError, messages } = await push(repository, commands, bad);
    expect(unpackError).toBe('fsck error in packed object');
    expect(messages).toContain(`error: object ${id}: missing`);
    const lax = new SmallRepository();
    expect((await push(lax, commands, bad)).errors).toEqual([undefined]);
  });

  it('keeps clashing names apart, in favour of the first', async () => {
    const repository = new SmallRepository();
    const create = (name: string): PushCommand => ({ name, oldId: ZERO, newId: repository.commits[0]! });
    const clash = await push(repository, [create('refs/heads/main/x'), create('refs/heads/a/b'), create('refs/heads/a'), create('refs/heads/a/c')]);
    expect(clash.errors).toEqual(['failed to update ref', undefined, 'failed to update ref', undefined]);
    const replace = await push(repository, [update(repository, 0, undefined, 'refs/heads/a/b'), update(repository, 0, undefined, 'refs/heads/a/c'), create('refs/heads/a')]);
    expect(replace.errors).toEqual([undefined, undefined, undefined]);
  });
});
