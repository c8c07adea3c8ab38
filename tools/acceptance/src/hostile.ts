// Sends what no honest client sends. After each: a clear answer, the repository unchanged, the process alive, memory bounded.
//
//   node tools/acceptance/dist/hostile.js
import { mkdtempSync, rmSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { makeHistory } from './history.js';
import { git } from './programs.js';
import { mustEqual, Report } from './report.js';
import { createRepository, startServer } from './server.js';

const report = new Report('hostile input');
const work = mkdtempSync(join(tmpdir(), 'govc-hostile-'));
const server = await startServer(['--data', join(work, 'data')]);
const url = `${server.url}/target.git`;
const ZERO = '0'.repeat(40);
const MEMORY_MAX = 700;

const packet = (text: string | Buffer): Buffer => {
  const payload = Buffer.from(text);
  return Buffer.concat([Buffer.from((payload.length + 4).toString(16).padStart(4, '0')), payload]);
};
const FLUSH = Buffer.from('0000');

/** The body of a push that creates one ref. */
const pushBody = (pack: Buffer, id: string, name = 'refs/heads/evil'): Buffer =>
  Buffer.concat([packet(`${ZERO} ${id} ${name}\0report-status agent=hostile`), FLUSH, pack]);

function entryHeader(type: number, size: number): Buffer {
  const bytes: number[] = [];
  let byte = (type << 4) | (size % 16);
  let rest = Math.floor(size / 16);
  while (rest > 0) {
    bytes.push(byte | 0x80);
    byte = rest % 128;
    rest = Math.floor(rest / 128);
  }
  bytes.push(byte);
  return Buffer.from(bytes);
}

function makePack(entries: readonly Buffer[], count = entries.length): Buffer {
  const header = Buffer.alloc(12);
  header.write('PACK');
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(count, 8);
  const body = Buffer.concat([header, ...entries]);
  return Buffer.concat([body, createHash('sha1').update(body).digest()]);
}

const entry = (type: number, content: Buffer): Buffer => Buffer.concat([entryHeader(type, content.length), deflateSync(content)]);
const objectId = (type: string, content: Buffer): string =>
  createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex');

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function post(service: string, body: Buffer, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const response = await fetch(`${url}/${service}`, {
    method: 'POST', headers: { 'Content-Type': `application/x-${service}-request`, ...headers }, body: new Uint8Array(body),
  });
  return { status: response.status, text: Buffer.from(await response.arrayBuffer()).toString('latin1') };
}

const refs = (): Promise<string> => git(work, ['ls-remote', url]);

/** The answer must be a refusal that says something, and nothing may have changed. */
async function mustRefuse(send: () => Promise<Answer>): Promise<string> {
  const before = await refs();
  const { status, text } = await send();
  mustEqual(await refs(), before, 'refs');
  if (!server.isAlive()) throw new Error('the server died');
  const said = status >= 400 || /ERR |unpack (?!ok)|ng /.test(text);
  if (!said) throw new Error(`status ${status}: ${text.slice(0, 200)}`);
  const peak = server.peakMemory();
  if (peak > MEMORY_MAX) throw new Error(`the server holds ${peak.toFixed(0)} MiB`);
  return `${status} ${text.replace(/[^ -~]+/g, ' ').trim().slice(0, 110)}`;
}

const IDENTITY = 'A <a@example.com> 1700000000 +0000';

try {
  const source = join(work, 'source.git');
  await makeHistory(source, 200);
  await createRepository(server.url, { id: 'target', memory_only: false });
  await git(source, ['push', '-q', url, 'main']);
  await git(join(work, 'data', 'target.git'), ['config', 'receive.fsckObjects', 'true']);
  const tree = objectId('tree', Buffer.alloc(0));
  const commitOf = (treeId: string): Buffer => Buffer.from(`tree ${treeId}\nauthor ${IDENTITY}\ncommitter ${IDENTITY}\n\nx\n`);
  const commit = commitOf(tree);
  const good = makePack([entry(2, Buffer.alloc(0)), entry(1, commit)]);
  const id = objectId('commit', commit);

  const packs: Readonly<Record<string, () => Buffer>> = {
    'no pack at all': () => Buffer.alloc(0),
    'not a pack': () => Buffer.from('this is not a pack, it only pretends to be one'),
    'a pack of a future version': () => Buffer.concat([Buffer.from('PACK\0\0\0\x09\0\0\0\x01'), good.subarray(12)]),
    'a wrong checksum': () => Buffer.concat([good.subarray(0, -1), Buffer.from([good.at(-1)! ^ 1])]),
    'a pack that promises more objects': () => makePack([entry(2, Buffer.alloc(0)), entry(1, commit)], 3),
    'a pack that promises 4 billion objects': () => makePack([entry(1, commit)], 0xffffffff),
    'a pack with bytes behind its end': () => Buffer.concat([good, Buffer.from('more')]),
    'a damaged stream': () => {
      const broken = Buffer.from(entry(3, Buffer.from('hello hello hello hello')));
      broken[4]! ^= 0xff;
      return makePack([broken]);
    },
    'a size of 4 GiB and a stream of nothing': () => makePack([Buffer.concat([entryHeader(3, 2 ** 32), deflateSync(Buffer.alloc(10))])]),
    'a size of 2^60': () => makePack([Buffer.concat([entryHeader(3, 2 ** 60), deflateSync(Buffer.alloc(10))])]),
    'a stream longer than its size': () => makePack([Buffer.concat([entryHeader(3, 3), deflateSync(Buffer.alloc(100_000))])]),
    'a delta whose base is itself': () => makePack([Buffer.concat([entryHeader(6, 5), Buffer.from([0]), deflateSync(Buffer.from([1, 1, 1, 65, 65]))])]),
    'a delta whose base lies before the pack': () => makePack([Buffer.concat([entryHeader(6, 3), Buffer.from([0x7f]), deflateSync(Buffer.from([1, 1, 1]))])]),
    'a delta on an object that is not there': () =>
      makePack([Buffer.concat([entryHeader(7, 4), Buffer.alloc(20, 7), deflateSync(Buffer.from([1, 1, 1, 65]))])]),
    'a delta that promises 8 GiB': () => {
      const base = entry(3, Buffer.alloc(16));
      const delta = Buffer.from([16, 0x80, 0x80, 0x80, 0x80, 0x20, 0x90, 16]);
      return makePack([base, Buffer.concat([entryHeader(6, delta.length), Buffer.from([base.length]), deflateSync(delta)])]);
    },
    'deltas that double a megabyte thirty times': () => {
      const entries = [entry(3, Buffer.alloc(1 << 20))];
      let size = 1 << 20;
      for (let i = 0; i < 30; i++) {
        const varint = (value: number): number[] => {
          const bytes: number[] = [];
          for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 0x80);
          return [...bytes, value];
        };
        const copies: number[] = [];
        for (let half = 0; half < 2; half++) {
          for (let at = 0; at < Math.min(size, 1 << 26); at += 0xffffff) {
            const length = Math.min(0xffffff, size - at);
            copies.push(0xff, at & 255, (at >> 8) & 255, (at >> 16) & 255, (at >>> 24) & 255, length & 255, (length >> 8) & 255, (length >> 16) & 255);
          }
        }
        const delta = Buffer.from([...varint(size), ...varint(size * 2), ...copies]);
        const previous = entries.at(-1)!.length;
        entries.push(Buffer.concat([entryHeader(6, delta.length), offsetOf(previous), deflateSync(delta)]));
        size *= 2;
      }
      return makePack(entries);
    },
    'a blob of zeros that inflates a thousandfold to 2 GiB': () => {
      const piece = deflateSync(Buffer.alloc(1 << 26), { level: 9 });
      return makePack([Buffer.concat([entryHeader(3, 2 ** 31), piece])]);
    },
  };

  function offsetOf(distance: number): Buffer {
    const bytes = [distance & 127];
    for (let rest = Math.floor(distance / 128); rest > 0; rest = Math.floor(rest / 128)) {
      rest--;
      bytes.unshift(128 | (rest & 127));
    }
    return Buffer.from(bytes);
  }

  for (const [name, make] of Object.entries(packs)) {
    await report.check(name, () => mustRefuse(() => post('git-receive-pack', pushBody(make(), id))));
  }

  await report.check('a chain of 1,000,000 deltas', () => mustRefuse(() => {
    const entries = [entry(3, Buffer.from('aaaaaaaa'))];
    const deltas = Array.from({ length: 26 }, (_, i) => Buffer.from([8, 8, 0x90, 7, 1, 97 + i]));
    const streams = deltas.map((delta) => deflateSync(delta));
    for (let i = 0; i < 1_000_000; i++) {
      entries.push(Buffer.concat([entryHeader(6, 6), offsetOf(entries.at(-1)!.length), streams[i % 26]!]));
    }
    return post('git-receive-pack', pushBody(makePack(entries), id));
  }));
  await report.check('two deltas that are each other\'s base', () => mustRefuse(() => {
    const delta = deflateSync(Buffer.from([1, 1, 1, 65]));
    const one = Buffer.concat([entryHeader(7, 4), Buffer.alloc(20, 1), delta]);
    const two = Buffer.concat([entryHeader(7, 4), Buffer.alloc(20, 2), delta]);
    return post('git-receive-pack', pushBody(makePack([one, two]), id));
  }));

  for (const name of ['.git', '.GIT', '.gIt', 'git~1', '.g\u200cit', '.git ', '.git.', '..', '.', '', 'a/b', '.git::$INDEX_ALLOCATION']) {
    await report.check(`a tree with the entry ${JSON.stringify(name)}`, () => mustRefuse(() => {
      const blob = Buffer.from('x');
      const evil = Buffer.concat([Buffer.from('100644 '), Buffer.from(name), Buffer.from([0]), Buffer.from(objectId('blob', blob), 'hex')]);
      const top = commitOf(objectId('tree', evil));
      return post('git-receive-pack', pushBody(makePack([entry(3, blob), entry(2, evil), entry(1, top)]), objectId('commit', top)));
    }));
  }

  for (const name of ['refs/heads/' + 'x'.repeat(64 * 1024), 'refs/heads/..', 'refs/heads/a.lock', 'refs/../../etc/passwd', 'HEAD', 'refs/heads/a b', 'config', 'refs/heads/\x01']) {
    await report.check(`the ref name ${JSON.stringify(name.slice(0, 40))}`, () =>
      mustRefuse(() => post('git-receive-pack', pushBody(good, id, name).length > 65_520 + 100
        ? Buffer.concat([Buffer.from('ffff'), pushBody(good, id, name).subarray(4)])
        : pushBody(good, id, name))));
  }

  await report.check('pkt-lines of every illegal length', async () => {
    for (const length of ['0003', 'fff1', 'ffff', 'zzzz', '-001', '    ', '+004', '0x04', '00 4', '\0\0\0\0']) {
      for (const service of ['git-receive-pack', 'git-upload-pack']) {
        await mustRefuse(() => post(service, Buffer.from(`${length}want ${ZERO}\n0000`)));
      }
      await mustRefuse(() => post('git-upload-pack', Buffer.from(`${length}command=fetch\n0000`), { 'Git-Protocol': 'version=2' }));
    }
    return undefined;
  });

  await report.check('a push cut off at every 1,000th byte', async () => {
    const pack = await gitPack(source);
    const body = pushBody(pack, (await git(source, ['rev-parse', 'main'])).trim());
    const before = await refs();
    let cuts = 0;
    for (let at = 0; at < body.length; at += 1000, cuts++) await post('git-receive-pack', body.subarray(0, at));
    mustEqual(await refs(), before, 'refs');
    if (!server.isAlive()) throw new Error('the server died');
    return `${cuts} bodies`;
  });
  await report.check('connections dropped in the middle of a push', async () => {
    const pack = await gitPack(source);
    const body = pushBody(pack, (await git(source, ['rev-parse', 'main'])).trim());
    const before = await refs();
    const { port } = new URL(server.url);
    for (let i = 1; i <= 40; i++) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () => {
          socket.write(`POST /target.git/git-receive-pack HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-git-receive-pack-request\r\nContent-Length: ${body.length}\r\n\r\n`);
          socket.write(body.subarray(0, Math.floor((body.length * i) / 41)), () => {
            socket.destroy();
            resolve();
          });
        });
      });
    }
    mustEqual(await refs(), before, 'refs');
    return undefined;
  });
  await report.check('a gzip body that expands a thousandfold', () =>
    mustRefuse(() => post('git-receive-pack', gzipSync(Buffer.concat([pushBody(Buffer.alloc(0), id), Buffer.alloc(1 << 28)])), { 'Content-Encoding': 'gzip' })));
  await report.check('a gzip body that is none', () =>
    mustRefuse(() => post('git-upload-pack', Buffer.from('not gzip'), { 'Content-Encoding': 'gzip' })));
  await report.check('a want of an object that is not there', () =>
    mustRefuse(() => post('git-upload-pack', Buffer.concat([packet(`want ${'1'.repeat(40)} agent=x\n`), FLUSH, packet('done\n')]))));
  await report.check('paths that leave the data folder', async () => {
    for (const path of ['/../../etc/passwd/info/refs', '/..%2f..%2fetc/info/refs', '/%2e%2e/%2e%2e/info/refs', '/target.git/%2e%2e/%2e%2e/config', '/target.git/objects/../../../x', '/target.git/objects/%2e%2e/config']) {
      const answer = await new Promise<string>((resolve, reject) => {
        const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => {
          socket.write(`GET ${path}?service=git-upload-pack HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
        });
        let text = '';
        socket.on('data', (chunk) => (text += chunk.toString('latin1')));
        socket.on('end', () => {
          resolve(text);
        });
        socket.on('error', reject);
      });
      if (!/^HTTP\/1.1 4\d\d/.test(answer)) throw new Error(`${path}: ${answer.slice(0, 200)}`);
    }
    return undefined;
  });
  await report.check('an honest push still works, and the repository is sound', async () => {
    const outcome = await post('git-receive-pack', pushBody(good, id, 'refs/heads/honest'));
    if (!outcome.text.includes('unpack ok')) throw new Error(outcome.text);
    await git(join(work, 'data', 'target.git'), ['fsck', '--strict', '--full']);
    return `server peak ${server.peakMemory().toFixed(0)} MiB`;
  });
} finally {
  await server.stop();
  rmSync(work, { recursive: true, force: true });
}
report.finish();

async function gitPack(folder: string): Promise<Buffer> {
  const { spawnSync } = await import('node:child_process');
  const { stdout } = spawnSync('git', ['pack-objects', '--revs', '--stdout', '-q'], { cwd: folder, input: 'main\n', maxBuffer: 1 << 28 });
  return stdout;
}
