import { bytesFromText, latin1FromBytes, textFromBytes } from '../bytes/text.js';
import { Config } from '../config/config.js';
import { parseConfigParameters } from '../config/parameters.js';
import { parseConfig } from '../config/parse-config.js';
import { setConfigValue } from '../config/edit-config.js';
import { parsePatch } from '../diff/parse-patch.js';
import { SHA1 } from '../hash/algorithm.js';
import { hashObject } from '../hash/hash-object.js';
import type { ObjectId } from '../hash/object-id.js';
import { readMail } from '../history/mail-info.js';
import { splitMailbox } from '../history/mail-split.js';
import { patchIdsOfText } from '../history/patch-id.js';
import { runJob } from '../job/job.js';
import { applyPatch } from '../merge/apply-patch.js';
import { commitMessageText, makeCommit, parseCommit } from '../object/commit.js';
import { FsckSession } from '../object/fsck.js';
import { makeTag, parseTag } from '../object/tag.js';
import { parseTree, serializeTree } from '../object/tree.js';
import { applyDelta } from '../pack/apply-delta.js';
import { buildPack } from '../pack/build-pack.js';
import { bufferSource } from '../pack/byte-source.js';
import { DeltaIndex } from '../pack/create-delta.js';
import { indexPack } from '../pack/index-pack.js';
import { PackIndex } from '../pack/pack-index.js';
import { readReverseIndex } from '../pack/rev-index.js';
import { parseAttributes } from '../pattern/parse-attributes.js';
import { parseIgnore } from '../pattern/ignore.js';
import { parsePathspec } from '../pattern/pathspec.js';
import { checkTreePath } from '../pattern/safe-path.js';
import { SparsePatterns } from '../pattern/sparse.js';
import { wildmatch } from '../pattern/wildmatch.js';
import { parseCapabilities } from '../protocol/capabilities.js';
import type { Answer, Conversation } from '../protocol/conversation.js';
import { ACCEPTED } from '../protocol/decision.js';
import { encodeTextPacket, FLUSH_PACKET, PacketDecoder } from '../protocol/packet.js';
import { parseRefAdvertisement } from '../protocol/ref-advertisement.js';
import { decodeSideband } from '../protocol/sideband.js';
import { serveReceivePack } from '../protocol/receive-pack.js';
import { serveUploadPack } from '../protocol/upload-pack.js';
import { concatBytes } from '../bytes/compare.js';
import { NO_NAMESPACE } from '../ref/namespace.js';
import { parsePackedRefs } from '../ref/packed-refs.js';
import { parseLooseRef } from '../ref/loose-ref.js';
import { parseReflog } from '../ref/reflog.js';
import { checkRefFormat, parseRefName } from '../ref/ref-name.js';
import { parseFetchRefspec, parsePushRefspec } from '../ref/refspec.js';
import { serializeBundleHeader } from '../history/bundle-header.js';
import { Repository } from '../repository/repository.js';
import { emptyIndex } from '../staging/staging-index.js';
import { parseIndexFile, serializeIndexFile } from '../staging/index-file.js';
import { parseFilter } from '../walk/filter.js';

/**
 * A decoder under attack: whatever bytes it is given, it returns or throws a `GovcError`, soon and with little memory.
 */
export interface FuzzTarget {
  readonly name: string;
  /** Inputs that are understood; a fuzzer changes them. Made at each call. */
  seeds(): readonly Uint8Array[];
  run(input: Uint8Array): void;
}

const AUTHOR = { name: 'A U Thor', email: 'author@example.com', timeSeconds: 1_700_000_000, timezone: '+0130' };
const SOME_ID = hashObject('blob', bytesFromText('x'), SHA1);

const PATCH_SEEDS = [
  'diff --git a/f b/f\nindex 1234567..89abcde 100644\n--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n a\n-b\n+B \n c\n',
  'diff --git "a/\\303\\251" b/g\nold mode 100644\nnew mode 100755\nsimilarity index 90%\nrename from f\nrename to g\n',
  '--- f\t2020-01-01 00:00:00.0 +0100\n+++ f\n@@ -0,0 +1 @@\n+x\n\\ No newline at end of file\n',
  'diff --git a/f b/f\nnew file mode 100644\nindex 0000000..1234567\nGIT binary patch\nliteral 1\nIcmZPo000310RR91\n\nliteral 0\nHcmV?d00001\n\n',
];
const MAIL_SEEDS = [
  'From a@b Mon Sep 17 00:00:00 2001\nFrom: =?UTF-8?q?=C3=A9?= (x (y) z) <a@b>\nSubject: [PATCH v2] Re: x\n y\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n' +
    'Content-Type: text/plain; charset=latin1; format=flowed\nContent-Transfer-Encoding: quoted-printable\n\nFrom: c <d@e>\n=E9 \n-- >8 --\nx=\ny\n--b--\n---\ndiff --git a/f b/f\n',
  'From: a\nContent-Transfer-Encoding: base64\n\neHkKLS0tCg==\n',
];

/** Every decoder of this package that reads what comes from outside. */
export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  text('config file', ['[core]\n\tbare = true\n[remote "o\\"x"] url = "a b" # c\n\tfetch = +a:b\n', '[a.b]\nc\n'], (bytes) => {
    const config = Config.from(parseConfig(bytes));
    for (const { section, key } of config.entries()) if (section !== '') config.getAll(`${section}.${key}`);
    setConfigValue(bytes, 'core.bare', 'false');
  }),
  text('config parameters', ["'a.b=c' 'd.e'='f'", "'a.b'"], (bytes) => parseConfigParameters(textFromBytes(bytes))),
  { name: 'commit', seeds: () => [sampleCommit()], run: (bytes) => {
    const commit = parseCommit(bytes, SHA1);
    mustBeSame(commit.serialize(), bytes);
    commitMessageText(commit);
    mustBeText(commit.author.name, commit.committer.name);
  } },
  { name: 'tree', seeds: () => [sampleTree()], run: (bytes) => {
    mustBeSame(serializeTree(parseTree(bytes, SHA1)), bytes);
  } },
  { name: 'tag', seeds: () => [sampleTag()], run: (bytes) => {
    mustBeSame(parseTag(bytes, SHA1).serialize(), bytes);
  } },
  { name: 'fsck', seeds: () => [sampleCommit(), sampleTree(), sampleTag(), bytesFromText('[submodule "a"]\n\tpath = a\n\turl = b\n')], run: (bytes) => {
    for (const type of ['commit', 'tree', 'tag', 'blob'] as const) {
      const session = new FsckSession({ algorithm: SHA1, parseConfig });
      session.check(hashObject(type, bytes, SHA1), type, bytes);
      session.finish(() => ({ type: 'blob', body: bytes }));
    }
  } },
  text('packed-refs', [`# pack-refs with: peeled fully-peeled sorted \n${SOME_ID} refs/heads/a\n${SOME_ID} refs/tags/b\n^${SOME_ID}\n`],
    (bytes) => parsePackedRefs(bytes, SHA1)),
  text('loose ref', ['ref: refs/heads/main\n', `${SOME_ID}\n`], (bytes) => parseLooseRef(bytes, SHA1)),
  text('reflog', [`${SOME_ID} ${SOME_ID} A <a@b> 1700000000 +0000\tcommit: x\n`], (bytes) => parseReflog(bytes, SHA1)),
  text('ref name', ['refs/heads/main', 'refs/heads/a@{b', '@'], (bytes) => {
    checkRefFormat(textFromBytes(bytes));
    parseRefName(textFromBytes(bytes));
  }),
  text('refspec', ['+refs/heads/*:refs/remotes/origin/*', '^refs/x', ':a', SOME_ID], (bytes) => {
    parseFetchRefspec(textFromBytes(bytes), SHA1);
    parsePushRefspec(textFromBytes(bytes), SHA1);
  }),
  text('ignore', ['*.o\n!/a/**/b\n\\#x \\ \n[a-z]?\n'], (bytes) => parseIgnore(bytes, 'fuzz')),
  text('attributes', ['[attr]m a -b !c d=e\n*.c m text=auto\n"quoted\\"name" x\n'], (bytes) => parseAttributes(bytes, 'fuzz', { allowsMacros: true })),
  text('pathspec', [':(top,icase,glob)a/**/b', ':!x', ':(attr:a -b)c'], (bytes) => {
    parsePathspec([textFromBytes(bytes)]).matches('a/b/c');
  }),
  text('sparse patterns', ['/*\n!/*/\n/a/\n'], (bytes) => SparsePatterns.parse(bytes, { prefersCone: true }).includes('a/b')),
  text('tree path', ['a/b', '.git/x', 'a//b'], (bytes) => checkTreePath(textFromBytes(bytes))),
  text('wildmatch', ['**/[[:alpha:]]*\\?\0a/b', '*a*a*a*b\0aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'], (bytes) => {
    const cut = Math.max(0, bytes.indexOf(0));
    wildmatch(bytes.subarray(0, cut), bytes.subarray(cut), 2);
  }),
  text('filter', ['combine:tree:3+blob:limit=1k', 'sparse:oid=main:x', 'object:type=blob'], (bytes) => parseFilter(textFromBytes(bytes))),
  text('capabilities', ['multi_ack agent=git/2 symref=HEAD:refs/heads/main'], (bytes) => parseCapabilities(latin1FromBytes(bytes))),
  text('patch', PATCH_SEEDS, (bytes) => {
    const patches = parsePatch(bytes);
    parsePatch(bytes, { recount: true, strip: 0 });
    const content = bytesFromText('a\nb \nc\n');
    const target = { find: (path: string) => (path === 'f' ? { mode: 0o100644, read: () => content } : undefined), below: () => [] };
    applyPatch(patches, { target, algorithm: SHA1, options: { contextLines: 0, whitespace: 'fix', reject: true } });
    applyPatch(patches, { target, algorithm: SHA1, options: { reverse: true, ignoreSpaceChange: true } });
    patchIdsOfText(bytes, 'stable', SHA1);
  }),
  text('mail', MAIL_SEEDS, (bytes) => {
    for (const mail of splitMailbox(bytes, { allowsBare: true })) readMail(mail, { scissors: true });
  }),
  { name: 'delta', seeds: () => [sampleDelta()], run: (bytes) => {
    applyDelta(DELTA_BASE, bytes);
  } },
  { name: 'bundle', seeds: () => [sampleBundle(2), sampleBundle(3)], run: (bytes) => {
    const repository = Repository.init();
    repository.unbundle(bytes, (name) => parseRefName(name));
  } },
  text('fast-import', ['blob\nmark :1\ndata 1\nxcommit refs/heads/a\ncommitter C <c@d> 1 +0000\ndata 1\nyM 644 :1 "a\\n"\nR "a\\n" b\nN inline refs/heads/a\ndata <<E\nE\n'], (bytes) => {
    Repository.init().fastImport([bytes]);
  }),
  { name: 'pack', seeds: () => [samplePack().pack, sampleDeltaPack()], run: (bytes) => {
    runJob(indexPack(bufferSource(bytes), { algorithm: SHA1 }));
  } },
  { name: 'pack index', seeds: () => [samplePack().index], run: (bytes) => {
    const index = new PackIndex(bytes, SHA1);
    for (let i = 0; i < Math.min(index.count, 100); i++) index.findOffset(index.idAt(i));
  } },
  { name: 'reverse index', seeds: () => [new Uint8Array(60)], run: (bytes) => {
    readReverseIndex(bytes, { algorithm: SHA1, count: 2, packChecksum: new Uint8Array(20) });
  } },
  { name: 'index file', seeds: () => [serializeIndexFile(emptyIndex(SHA1))], run: (bytes) => {
    parseIndexFile(bytes, SHA1);
  } },
  { name: 'packets', seeds: () => [concatBytes([encodeTextPacket('hello\n'), FLUSH_PACKET, encodeTextPacket('world\n')])], run: (bytes) => {
    readAll(bytes);
  } },
  { name: 'side band', seeds: () => [Uint8Array.of(2, 65, 66)], run: (bytes) => {
    decodeSideband(bytes);
  } },
  { name: 'ref advertisement', seeds: () => [concatBytes([
    encodeTextPacket(`${SOME_ID} HEAD\0symref=HEAD:refs/heads/main agent=x\n`), encodeTextPacket(`${SOME_ID} refs/heads/main\n`),
    encodeTextPacket(`shallow ${SOME_ID}\n`), FLUSH_PACKET,
  ])], run: (bytes) => {
    const packets = readAll(bytes);
    parseRefAdvertisement(() => packets.shift());
  } },
  { name: 'upload-pack 0', seeds: () => [fetchSeed()], run: (bytes) => {
    converse(serveUploadPack({ ...served(), mode: 'stateless', version: 0, findSparse: undefined }), bytes);
  } },
  { name: 'upload-pack 2', seeds: () => [fetchV2Seed(), lsRefsSeed()], run: (bytes) => {
    converse(serveUploadPack({ ...served(), mode: 'stateless', version: 2, findSparse: undefined }), bytes);
  } },
  { name: 'receive-pack', seeds: () => [pushSeed()], run: (bytes) => {
    converse(serveReceivePack({ ...served(), mode: 'stateless', version: 0, reflogIdentity: undefined, fsckSkipList: undefined }), bytes);
  } },
];

function text(name: string, seeds: readonly string[], run: (bytes: Uint8Array) => unknown): FuzzTarget {
  return { name, seeds: () => seeds.map(bytesFromText), run: (bytes) => void run(bytes) };
}

/** What was parsed and written again is what it was: a round trip that changes a byte is a defect, not a `GovcError`. */
function mustBeSame(written: Uint8Array, read: Uint8Array): void {
  if (Buffer.compare(written, read) !== 0) throw new Error('what was read is written differently');
}

function mustBeText(...values: readonly unknown[]): void {
  if (values.some((value) => typeof value !== 'string')) throw new Error('an identity is no text');
}

function sampleCommit(): Uint8Array {
  return makeCommit({
    tree: SHA1.emptyTreeId, parents: [SOME_ID], author: AUTHOR, committer: AUTHOR, message: 'Subject\n\nBody\n',
    encoding: 'latin1', extraHeaders: [{ key: 'gpgsig', value: bytesFromText('-----BEGIN\nabc\n-----END') }],
  }).serialize();
}

function sampleTree(): Uint8Array {
  return serializeTree([
    { mode: 0o100644, name: bytesFromText('.gitmodules'), id: SOME_ID }, { mode: 0o40000, name: bytesFromText('d'), id: SOME_ID },
    { mode: 0o120000, name: bytesFromText('link'), id: SOME_ID },
  ]);
}

function sampleTag(): Uint8Array {
  return makeTag({ target: { id: SOME_ID, type: 'commit' }, name: 'v1', tagger: AUTHOR, message: 'One\n' }).serialize();
}

const DELTA_BASE = bytesFromText('The quick brown fox jumps over the lazy dog. '.repeat(20));

function sampleDelta(): Uint8Array {
  const target = concatBytes([DELTA_BASE.subarray(100, 500), bytesFromText('something new'), DELTA_BASE.subarray(0, 300)]);
  return new DeltaIndex(DELTA_BASE).createDelta(target, 10_000) ?? new Uint8Array(0);
}

function sampleBundle(version: 2 | 3): Uint8Array {
  const id = hashObject('blob', bytesFromText('bundled'), SHA1);
  const { pack } = buildPack([{ id, type: 'blob', body: bytesFromText('bundled') }], { algorithm: SHA1 });
  const refs = [{ name: 'refs/tags/a', id }];
  return concatBytes([serializeBundleHeader({ version, algorithm: SHA1, filter: undefined, prerequisites: [], refs }), pack]);
}

function samplePack(): { readonly pack: Uint8Array; readonly index: Uint8Array } {
  const bodies = ['one', 'two', 'three'].map(bytesFromText);
  const objects = bodies.map((body) => ({ id: hashObject('blob', body, SHA1), type: 'blob' as const, body }));
  const built = buildPack(objects, { algorithm: SHA1, deltas: false });
  return { pack: built.pack, index: built.index };
}

function sampleDeltaPack(): Uint8Array {
  const bodies = [DELTA_BASE, concatBytes([DELTA_BASE, bytesFromText('more')]), concatBytes([bytesFromText('less'), DELTA_BASE])];
  const objects = bodies.map((body) => ({ id: hashObject('blob', body, SHA1), type: 'blob' as const, body }));
  return buildPack(objects, { algorithm: SHA1, deltas: true }).pack;
}

let repository: Repository | undefined;

/** A small repository in memory, the same for all runs; nothing that is fuzzed can change it. */
function served(): Pick<Parameters<typeof serveUploadPack>[0], 'snapshot' | 'namespace' | 'agent' | 'sessionId' | 'graph'> {
  if (repository === undefined) {
    repository = Repository.init({ clock: () => 1_700_000_000_000 });
    for (let i = 0; i < 5; i++) {
      repository.add(`d/file-${i}`, `content ${i}`);
      repository.commit(`commit ${i}`, { author: AUTHOR });
    }
    repository.setConfig('uploadpack.allowFilter', 'true');
    repository.setConfig('uploadpack.allowAnySHA1InWant', 'true');
  }
  return { snapshot: repository.snapshot, namespace: NO_NAMESPACE, agent: 'fuzz', sessionId: undefined, graph: undefined };
}

function tip(): ObjectId {
  void served();
  return repository!.resolve('HEAD');
}

const lines = (...list: readonly (string | undefined)[]): Uint8Array =>
  concatBytes(list.map((line) => (line === undefined ? FLUSH_PACKET : encodeTextPacket(line))));

function fetchSeed(): Uint8Array {
  return lines(`want ${tip()} multi_ack_detailed side-band-64k thin-pack ofs-delta shallow filter\n`, 'deepen 2\n', 'filter blob:none\n',
    undefined, `have ${SOME_ID}\n`, undefined, 'done\n');
}

function fetchV2Seed(): Uint8Array {
  return concatBytes([lines('command=fetch\n', 'agent=x\n', 'object-format=sha1\n'), bytesFromText('0001'),
    lines('thin-pack\n', 'ofs-delta\n', `want ${tip()}\n`, `have ${SOME_ID}\n`, 'filter tree:1\n', 'deepen 1\n', 'done\n', undefined)]);
}

function lsRefsSeed(): Uint8Array {
  return concatBytes([lines('command=ls-refs\n'), bytesFromText('0001'), lines('peel\n', 'symrefs\n', 'ref-prefix refs/heads/\n', undefined)]);
}

function pushSeed(): Uint8Array {
  return lines(`${tip()} ${SHA1.zeroId} refs/heads/main\0report-status side-band-64k atomic delete-refs push-options\n`,
    `${SHA1.zeroId} ${tip()} refs/heads/other\n`, undefined);
}

function readAll(bytes: Uint8Array): NonNullable<ReturnType<PacketDecoder['next']>>[] {
  const decoder = new PacketDecoder();
  const packets: NonNullable<ReturnType<PacketDecoder['next']>>[] = [];
  decoder.push(bytes);
  for (let packet = decoder.next(); packet !== undefined; packet = decoder.next()) packets.push(packet);
  return packets;
}

/** Drives a conversation on one input, says yes to everything, and applies nothing. */
function converse(conversation: Conversation<unknown>, bytes: Uint8Array): void {
  const decoder = new PacketDecoder();
  decoder.push(bytes);
  let answer: Answer = { kind: 'sent' };
  for (let step = conversation.next(answer); step.done !== true; step = conversation.next(answer)) {
    switch (step.value.kind) {
      case 'packet':
        try {
          answer = decoder.next() ?? { kind: 'end' };
        } catch (error) {
          conversation.throw(error);
          return;
        }
        break;
      case 'send':
        answer = { kind: 'sent' };
        break;
      case 'progress':
        answer = { kind: 'turn', nowMs: 0 };
        break;
      case 'receive-pack':
        answer = { kind: 'pack-refused', message: 'there is no pack' };
        break;
      case 'decide':
        answer = ACCEPTED;
        break;
      case 'apply':
        answer = { kind: 'apply-failed', message: 'nothing is applied' };
        break;
    }
  }
}
